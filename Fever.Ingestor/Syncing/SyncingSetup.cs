using Fever.Ingestor.Catalog;

namespace Fever.Ingestor.Syncing;

internal static class SyncingSetup
{
    public static IHostApplicationBuilder AddSyncing(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IngestorMetrics>();
        builder.Services.AddSingleton<SyncReport>();
        builder.Services.AddSingleton<WakeUp>();
        builder.Services.AddOptions<SyncOptions>().BindConfiguration("Syncing").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<ProviderSchedule>();
        builder.Services.AddScoped<JournalReplay>();
        builder.Services.AddScoped<Quarantine>();
        builder.Services.AddScoped<CatalogWriter>();
        builder.Services.AddScoped<FeedReader>();
        builder.Services.AddScoped<ProviderSync>();
        builder.Services.AddHostedService<SyncDispatcher>();
        return builder;
    }
}
