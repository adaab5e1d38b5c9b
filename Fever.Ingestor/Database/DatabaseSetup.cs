using Npgsql;

namespace Fever.Ingestor.Database;

internal static class DatabaseSetup
{
    // For what must not wait for the syncs: leases, the operator API, health checks.
    private const int ConnectionsBesideSyncs = 16;

    /// <param name="builder">The application.</param>
    /// <param name="maxSyncs">How many syncs may run at once. Each may hold a connection. A value that is out of range is refused at start.</param>
    public static IHostApplicationBuilder AddCatalogDatabase(this IHostApplicationBuilder builder, int maxSyncs)
    {
        builder.AddNpgsqlDbContext<CatalogDbContext>(
            "feverdb",
            settings =>
            {
                // A retrying execution strategy forbids transactions of one's own; the next poll is the retry.
                settings.DisableRetry = true;
                settings.ConnectionString = settings.ConnectionString is { } connection
                    ? new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = Math.Clamp(maxSyncs, 1, 1_000) + ConnectionsBesideSyncs }.ConnectionString
                    : null;
            },
            CatalogDbContext.Configure);
        builder.Services.AddSingleton<SchemaReady>();
        builder.Services.AddHealthChecks().AddCheck<SchemaReady>("schema");
        builder.Services.AddHostedService<SchemaMigrator>();
        return builder;
    }
}
