namespace Fever.SearchApi.OutputCaching;

internal static class OutputCachingExtensions
{
    public static void AddSearchOutputCache(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<OutputCachingOptions>().BindConfiguration("OutputCaching").ValidateDataAnnotations().ValidateOnStart();
        builder.AddRedisOutputCache("cache", settings =>
        {
            // Without Redis a replica still answers; its health must not depend on it.
            settings.DisableHealthChecks = true;
            // Connecting takes longer than one command may: connect before the first request.
            settings.DisableAutoActivation = false;
        });
        builder.Services.AddSingleton<RedisCircuitBreaker>();
        builder.Services.AddSingleton<RedisTier>().AddHostedService(services => services.GetRequiredService<RedisTier>());
        builder.Services.AddSingleton<MemoryTier>();
        builder.Services.AddSingleton<OutputCacheLookup>();
    }
}
