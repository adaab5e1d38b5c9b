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
        builder.Services.AddHostedService<CatalogPoller>();
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
        builder.Services.AddSingleton<SearchCachePolicy>();
        builder.Services.AddOutputCache();
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
        var inner = services.Last(service => service.ServiceType == typeof(IOutputCacheStore));
        services.RemoveAll<IOutputCacheStore>();
        services.AddKeyedSingleton(typeof(IOutputCacheStore), ConnectionName, inner.ImplementationType!);
        services.AddSingleton<IOutputCacheStore>(provider => ActivatorUtilities.CreateInstance<TimeBoxedOutputCacheStore>(
            provider, provider.GetRequiredKeyedService<IOutputCacheStore>(ConnectionName)));
    }
}
