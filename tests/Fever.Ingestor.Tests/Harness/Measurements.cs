using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Fever.Ingestor.Syncing;

namespace Fever.Ingestor.Tests.Harness;

/// <summary>What the Ingestor measures of one provider, whose name tells it from those of other tests.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ConcurrentDictionary<(string Instrument, string Tags), double> _sums = new();
    private readonly MeterListener _listener = new();

    public Measurements(string provider)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == IngestorMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags.ToArray()));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags.ToArray()));
        _listener.Start();

        void Add(Instrument instrument, double value, KeyValuePair<string, object?>[] tags)
        {
            if (tags.Contains(KeyValuePair.Create<string, object?>("provider", provider)))
            {
                var others = string.Join(' ', tags.Where(tag => tag.Key != "provider").Select(tag => $"{tag.Key}={tag.Value}"));
                _sums.AddOrUpdate((instrument.Name, others), value, (_, sum) => instrument.IsObservable ? value : sum + value);
            }
        }
    }

    /// <summary>Each as its tags but the provider, and the sum of the values or, for what is observed, the last one.</summary>
    public IEnumerable<string> Sums(string instrument) =>
        _sums.Where(sum => sum.Key.Instrument == instrument)
            .Select(sum => string.Create(CultureInfo.InvariantCulture, $"{sum.Key.Tags} {sum.Value}"))
            .Order(StringComparer.Ordinal);

    /// <summary>Null when there is none.</summary>
    public double? Observe(string instrument)
    {
        _sums.Clear();
        _listener.RecordObservableInstruments();
        return _sums.TryGetValue((instrument, ""), out var value) ? value : null;
    }

    public void Dispose() => _listener.Dispose();
}
