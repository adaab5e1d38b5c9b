using Fever.Ingestor.Database;
using Fever.Ingestor.Syncing;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Retention;

/// <summary>Runs a round at the start and then at every interval.</summary>
internal sealed partial class RetentionService(
    IOptions<RetentionOptions> options, SchemaReady schema, IServiceScopeFactory scopes, TimeProvider time, ILogger<RetentionService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        do
        {
            await TryRunAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryRunAsync(CancellationToken stopping)
    {
        using var span = IngestorTracing.Source.StartActivity("retention");
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var done = await scope.ServiceProvider.GetRequiredService<RetentionRound>().RunAsync(stopping);
            Log.Done(logger, done.IsNothing ? LogLevel.Debug : LogLevel.Information, done.Archived, done.Changes, done.Rejects, done.Syncs);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            // What was done stays done; the next round goes on.
            Log.Failed(logger, (CatalogDbContext.FaultOf(exception) ?? exception).Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Message = "Retention: {Archived} events archived; dropped {Changes} changes, {Rejects} bad records, {Syncs} syncs")]
        public static partial void Done(ILogger logger, LogLevel level, int archived, int changes, int rejects, int syncs);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Retention was cut short: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}

internal static class RetentionSetup
{
    public static IHostApplicationBuilder AddRetention(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration("Retention").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<RetentionRound>();
        builder.Services.AddHostedService<RetentionService>();
        return builder;
    }
}
