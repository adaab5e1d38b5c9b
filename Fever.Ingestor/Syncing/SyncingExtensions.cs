using Fever.Ingestor.Catalog;

namespace Fever.Ingestor.Syncing;

internal static class SyncingExtensions
{
    public static IHostApplicationBuilder AddSyncing(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IngestorMetrics>();
        builder.Services.AddSingleton<SyncReport>();
        builder.Services.AddScoped<JournalReplay>();
        builder.Services.AddScoped<Quarantine>();
        builder.Services.AddScoped<CatalogWriter>();
        builder.Services.AddScoped<FeedReader>();
        builder.Services.AddScoped<SyncCompletion>();
        builder.Services.AddScoped<ProviderSync>();
        return builder;
    }
}
