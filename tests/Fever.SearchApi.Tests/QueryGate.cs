using System.Diagnostics;
using Fever.SearchApi.Telemetry;

namespace Fever.SearchApi.Tests;

/// <summary>Counts the searches that reach PostgreSQL and holds them back while closed, at the span that each round trip begins with.</summary>
internal sealed class QueryGate : IDisposable
{
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly ActivityListener _listener;
    private int _queries;
    private int _roundTrips;

    public QueryGate()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Fever.SearchApi",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = Pass,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public int Queries => Volatile.Read(ref _queries);

    public int RoundTrips => Volatile.Read(ref _roundTrips);

    public void Close() => _open.Reset();

    public void Open() => _open.Set();

    public void Dispose()
    {
        Open();
        _listener.Dispose();
    }

    private void Pass(Activity span)
    {
        if (span.OperationName == SearchActivities.Read)
        {
            Interlocked.Add(ref _queries, (int)span.GetTagItem(SearchActivities.ReadsTag)!);
            Interlocked.Increment(ref _roundTrips);
            _open.Wait();
        }
    }
}
