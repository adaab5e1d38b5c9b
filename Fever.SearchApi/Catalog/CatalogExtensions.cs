using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Fever.SearchApi.Catalog;

internal static class CatalogExtensions
{
    /// <summary>Adds <see cref="CurrentCatalog"/>, kept up to date by polling, and the health check that waits for it.</summary>
    public static void AddCatalog(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CatalogOptions>().BindConfiguration("Catalog").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<CurrentCatalog>();
        builder.Services.AddSingleton<CatalogPoller>().AddHostedService(services => services.GetRequiredService<CatalogPoller>());
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
        builder.AddNpgsqlDbContext<CatalogVersionDbContext>(
            ReadOnlyConnection.Name,
            settings =>
            {
                // A pool of its own: when searches wait for a connection, a new version must still be noticed in time.
                settings.ConnectionString = ReadOnlyConnection.Restrict(
                    settings.ConnectionString, maxConnections: 1, nameof(CatalogVersionDbContext), timeoutSeconds: 2).ConnectionString;
                // The poller tries again half a second later anyway.
                settings.DisableRetry = true;
                // Without a database a replica still answers from the cache; it must stay in rotation.
                settings.DisableHealthChecks = true;
            },
            // The poller logs these in one line; EF Core would add a stack trace to each.
            options => options.ConfigureWarnings(warnings => warnings.Ignore(
                CoreEventId.QueryIterationFailed, RelationalEventId.ConnectionError, RelationalEventId.CommandError)));
    }
}
