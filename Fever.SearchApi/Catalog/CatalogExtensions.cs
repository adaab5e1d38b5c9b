namespace Fever.SearchApi.Catalog;

internal static class CatalogExtensions
{
    /// <summary>Adds <see cref="CurrentCatalog"/>, kept up to date by polling, and the health check that waits for it.</summary>
    public static void AddCatalog(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CatalogOptions>().BindConfiguration("Catalog").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<CurrentCatalog>();
        builder.Services.AddSingleton<CatalogPoller>().AddHostedService(services => services.GetRequiredService<CatalogPoller>());
        // A pool of its own: when searches wait for a connection, a new version must still be noticed in time.
        builder.AddReadOnlyContext<CatalogVersionDbContext>(maxConnections: 1);
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
    }
}
