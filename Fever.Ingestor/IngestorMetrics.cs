using System.Diagnostics.Metrics;
using Fever.Ingestor.Catalog;

namespace Fever.Ingestor;

/// <summary>The Ingestor's own metrics, per provider.</summary>
internal sealed class IngestorMetrics
{
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _records;
    private readonly Counter<long> _bytes;

    public IngestorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Fever.Ingestor");
        _duration = meter.CreateHistogram<double>("fever.ingestor.sync.duration", "s", "From the start of a sync to its commit, by outcome.");
        _records = meter.CreateCounter<long>("fever.ingestor.records", "{record}", "Records by what became of them.");
        _bytes = meter.CreateCounter<long>("fever.ingestor.feed.size", "By", "Bytes of feed read.");
    }

    public void Record(SyncRecord sync, TimeSpan duration)
    {
        var provider = KeyValuePair.Create<string, object?>("provider", sync.Provider);
        _duration.Record(duration.TotalSeconds, provider, KeyValuePair.Create<string, object?>("outcome", sync.OutcomeName));
        _bytes.Add(sync.Bytes, provider);
        Add("changed", sync.Changed);
        Add("unchanged", sync.Unchanged);
        Add("rejected", sync.Rejected);
        Add("duplicate", sync.Duplicates);
        Add("vanished", sync.Vanished);

        void Add(string result, int count) => _records.Add(count, provider, KeyValuePair.Create<string, object?>("result", result));
    }
}
