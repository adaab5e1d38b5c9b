namespace Fever.Ingestor.Database;

internal static class DatabaseSetup
{
    public static IHostApplicationBuilder AddCatalogDatabase(this IHostApplicationBuilder builder)
    {
        builder.AddNpgsqlDbContext<CatalogDbContext>(
            "feverdb",
            // A retrying execution strategy forbids transactions of one's own; the next poll is the retry.
            settings => settings.DisableRetry = true,
            CatalogDbContext.Configure);
        builder.Services.AddSingleton<SchemaReady>();
        builder.Services.AddHealthChecks().AddCheck<SchemaReady>("schema");
        builder.Services.AddHostedService<SchemaMigrator>();
        return builder;
    }
}
