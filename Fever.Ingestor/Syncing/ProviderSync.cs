using System.Diagnostics;
using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>One sync of one provider, from fetch to commit.</summary>
internal sealed partial class ProviderSync(
    FeedReader feeds, CatalogWriter catalog, IngestorMetrics metrics, TimeProvider time, ILogger<ProviderSync> logger)
{
    /// <summary>Throws only when the host is stopping: whatever else goes wrong costs this poll alone.</summary>
    public async Task RunAsync(ProviderOptions provider, CancellationToken stopping)
    {
        using var span = IngestorTracing.Source.StartActivity("sync")?.SetTag("provider", provider.Name);
        var began = time.GetTimestamp();
        var startedAt = time.GetUtcNow();
        var sync = new SyncRecord(Guid.CreateVersion7(startedAt), provider.Name, startedAt);
        Exception? defect = null;
        try
        {
            sync = await SyncAsync(provider, sync, stopping);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            // A database that is away explains itself in one line; anything else is a defect of ours.
            var fault = CatalogDbContext.FaultOf(exception);
            defect = fault is null ? exception : null;
            sync = sync with { Outcome = SyncOutcome.Failed, Error = (fault ?? exception).Message };
            await TryRecordAsync(sync, stopping);
        }

        Report(sync, time.GetElapsedTime(began), span, defect);
    }

    private async Task<SyncRecord> SyncAsync(ProviderOptions provider, SyncRecord sync, CancellationToken stopping)
    {
        await catalog.BeginAsync(stopping);
        var reading = await feeds.ReadAsync(provider, sync, stopping);
        using var span = IngestorTracing.Source.StartActivity("write catalog");
        return await catalog.CommitAsync(reading.ToRecord(), reading.Unreadable, stopping);
    }

    private async Task TryRecordAsync(SyncRecord sync, CancellationToken stopping)
    {
        try
        {
            await catalog.RecordAsync(sync, stopping);
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            // The database is away: the log line that follows is all there can be.
        }
    }

    private void Report(SyncRecord sync, TimeSpan duration, Activity? span, Exception? defect)
    {
        metrics.Record(sync, duration);
        span?.SetTag("outcome", sync.OutcomeName);
        if (sync.Error is null)
        {
            // A poll that finds nothing new is not worth a line; metrics, traces and the table of syncs have it.
            var level = sync is { Outcome: SyncOutcome.Complete, Read: > 0, Changed: 0, Vanished: 0 } ? LogLevel.Debug : LogLevel.Information;
            Log.Synced(
                logger, level, sync.Provider, sync.OutcomeName, sync.Read, sync.Changed, sync.Unchanged, sync.Vanished, sync.Rejected, duration.TotalSeconds);
            return;
        }

        span?.SetStatus(ActivityStatusCode.Error, sync.Error);
        Log.Broken(logger, defect, sync.Provider, sync.OutcomeName, sync.Read, sync.Error);
    }

    private static partial class Log
    {
        [LoggerMessage(
            Message = "{Provider}: {Outcome}, {Read} read: {Changed} changed, {Unchanged} unchanged, {Vanished} vanished, {Rejected} set aside, in {Seconds:0.00} s")]
        public static partial void Synced(
            ILogger logger, LogLevel level, string provider, string outcome, int read, int changed, int unchanged, int vanished, int rejected, double seconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: {Outcome}, {Read} read: {Error}")]
        public static partial void Broken(ILogger logger, Exception? defect, string provider, string outcome, int read, string error);
    }
}
