namespace Fever.Ingestor.Scheduling;

internal static class SchedulingExtensions
{
    public static IHostApplicationBuilder AddScheduling(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SyncOptions>().BindConfiguration("Syncing").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AsyncSignal>();
        builder.Services.AddScoped<ProviderSchedule>();
        builder.Services.AddHostedService<SyncDispatcher>();
        return builder;
    }
}
