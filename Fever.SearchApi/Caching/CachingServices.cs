using Fever.SearchApi.Reading;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Fever.SearchApi.Caching;

internal static class CachingServices
{
    private const string ConnectionName = "cache";

    public static void AddSearchCaching(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CachingOptions>().BindConfiguration("Caching").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SearchMetrics>();
        builder.Services.AddSingleton<CurrentCatalog>();
        builder.Services.AddBackgroundService<CatalogPoller>();
        // Apart from the searches': when those queue for a connection, a new version must still be noticed in time.
        builder.AddReadOnlyContext<CatalogVersionDbContext>(maxConnections: 1);
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
        builder.Services.AddSingleton<AnswerMemory>();
        builder.Services.AddBackgroundService<SharedAnswers>();
        builder.Services.AddSingleton<Answers>();
        builder.AddRedisOutputCache(ConnectionName, settings =>
        {
            // Without Redis a replica still answers; its health must not depend on it.
            settings.DisableHealthChecks = true;
            // Connecting takes longer than one command may: do it before the first request.
            settings.DisableAutoActivation = false;
        });
        builder.Services.TimeBoxOutputCacheStore();
    }

    /// <summary>Puts <see cref="TimeBoxedOutputCacheStore"/> in front of the store registered so far.</summary>
    private static void TimeBoxOutputCacheStore(this IServiceCollection services)
    {
        var redis = services.Last(service => service.ServiceType == typeof(IOutputCacheStore));
        services.RemoveAll<IOutputCacheStore>();
        services.AddKeyedSingleton(typeof(IOutputCacheStore), ConnectionName, redis.ImplementationType!);
        services.AddSingleton<IOutputCacheStore>(provider =>
            ActivatorUtilities.CreateInstance<TimeBoxedOutputCacheStore>(provider, provider.GetRequiredKeyedService<IOutputCacheStore>(ConnectionName)));
    }
}
