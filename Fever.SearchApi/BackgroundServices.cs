namespace Fever.SearchApi;

internal static class BackgroundServices
{
    /// <summary>Adds a service that others use and that also runs by itself.</summary>
    public static void AddBackgroundService<TService>(this IServiceCollection services)
        where TService : BackgroundService
    {
        services.AddSingleton<TService>();
        services.AddHostedService(provider => provider.GetRequiredService<TService>());
    }
}
