using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Fever.Ingestor.Syncing;

/// <summary>The Ingestor's own metrics, per provider.</summary>
internal sealed class IngestorMetrics
{
    public const string MeterName = "Fever.Ingestor";

    // A poll that finds nothing new takes milliseconds, a slow provider minutes; the usual boundaries are milliseconds'.
    private static readonly InstrumentAdvice<double> Seconds =
        new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600] };

    private readonly Counter<long> _syncs;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _phase;
    private readonly Counter<long> _records;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _wireBytes;

    public IngestorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _syncs = meter.CreateCounter<long>("fever.ingestor.syncs", "{sync}", "Syncs by outcome and, where that does not say all, reason.");
        _duration = meter.CreateHistogram("fever.ingestor.sync.duration", "s", "From the start of a sync to its commit, by outcome.", tags: null, Seconds);
        _phase = meter.CreateHistogram("fever.ingestor.sync.phase.duration", "s", "Of the phases that a sync got to: fetch, read, write.", tags: null, Seconds);
        _records = meter.CreateCounter<long>("fever.ingestor.records", "{record}", "Records read, and by what became of them.");
        _bytes = meter.CreateCounter<long>("fever.ingestor.feed.size", "By", "Bytes of feed read.");
        _wireBytes = meter.CreateCounter<long>("fever.ingestor.feed.wire_size", "By", "Bytes of feed as they came over the wire.");
    }

    public void Record(SyncSummary sync, TimeSpan duration)
    {
        var provider = Tag("provider", sync.Provider);
        var outcome = Tag("outcome", sync.OutcomeName);
        var why = new TagList([provider, outcome]);
        if (sync.Reason is { } reason)
        {
            why.Add(Tag("reason", reason));
        }

        _syncs.Add(1, why);
        _duration.Record(duration.TotalSeconds, provider, outcome);
        _bytes.Add(sync.Bytes, provider);
        _wireBytes.Add(sync.WireBytes, provider);
        Add("read", sync.Read);
        Add("changed", sync.Changed);
        Add("unchanged", sync.Unchanged);
        Add("rejected", sync.Rejected);
        Add("duplicate", sync.Duplicates);
        Add("vanished", sync.Vanished);

        void Add(string result, int count) => _records.Add(count, provider, Tag("result", result));
    }

    public void RecordPhase(string provider, string phase, TimeSpan duration) =>
        _phase.Record(duration.TotalSeconds, Tag("provider", provider), Tag("phase", phase));

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
