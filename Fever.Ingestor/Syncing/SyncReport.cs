using System.Diagnostics;

namespace Fever.Ingestor.Syncing;

/// <summary>Tells people how a sync went: metrics, the sync's span and a line in the log.</summary>
internal sealed partial class SyncReport(IngestorMetrics metrics, TimeProvider time, ILogger<SyncReport> logger)
{
    /// <summary>Begins a phase of a sync, a span and a measurement; disposing of it ends it.</summary>
    public IDisposable Begin(string provider, string phase) => new Phase(metrics, time, provider, phase);

    /// <param name="sync">How it went.</param>
    /// <param name="duration">From the lease to the commit.</param>
    /// <param name="span">The sync's own.</param>
    /// <param name="defect">What went wrong in a way that it never should.</param>
    public void Write(SyncSummary sync, TimeSpan duration, Activity? span, Exception? defect)
    {
        metrics.Record(sync, duration);
        span?.SetTag("outcome", sync.OutcomeName).SetTag("reason", sync.Reason).SetTag("records", sync.Read + sync.Rejected).SetTag("bytes", sync.Bytes);
        if (sync.Error is null)
        {
            // A poll that finds nothing new is not worth a line; metrics, traces and the table of syncs have it.
            var isNews = sync is not { Outcome: SyncOutcome.Unchanged } and not { Outcome: SyncOutcome.Complete, Read: > 0, Changed: 0, Vanished: 0 };
            Log.Synced(
                logger, isNews ? LogLevel.Information : LogLevel.Debug, sync.Provider, sync.OutcomeName,
                sync.Read, sync.Changed, sync.Unchanged, sync.Vanished, sync.Rejected, duration.TotalSeconds);
            return;
        }

        span?.SetStatus(ActivityStatusCode.Error, sync.Error);
        Log.Broken(logger, defect, sync.Provider, sync.OutcomeName, sync.Read, sync.Error);
    }

    private sealed class Phase(IngestorMetrics metrics, TimeProvider time, string provider, string phase) : IDisposable
    {
        private readonly Activity? _span = IngestorTracing.Source.StartActivity(phase);
        private readonly long _began = time.GetTimestamp();

        public void Dispose()
        {
            metrics.RecordPhase(provider, phase, time.GetElapsedTime(_began));
            _span?.Dispose();
        }
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
