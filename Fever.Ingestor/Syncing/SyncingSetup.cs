using Fever.Ingestor.Catalog;

namespace Fever.Ingestor.Syncing;

internal static class SyncingSetup
{
    public static IHostApplicationBuilder AddSyncing(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IngestorMetrics>();
        builder.Services.AddSingleton<RejectionNews>();
        builder.Services.AddScoped<CatalogWriter>();
        builder.Services.AddScoped<FeedReader>();
        builder.Services.AddScoped<ProviderSync>();
        builder.Services.AddHostedService<SyncSchedule>();
        return builder;
    }
}
