using System.Diagnostics;
using System.Text;
using Fever.Bench.Search.Loads;

namespace Fever.Bench.Search.OpenLoop;

/// <summary>
/// Callers that know nothing of each other: requests are due every millisecond whether or not earlier ones have been
/// answered, and a request's time counts from when it was due, so that a server that stops for a moment is charged for
/// all that came meanwhile.
/// </summary>
internal sealed class OpenLoad(Uri url, int rate) : IDisposable
{
    private const int Connections = 64;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    // After the last request was due; what is not answered then is an error.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n");
    private readonly List<Connection> _connections = [.. Enumerable.Range(0, Connections).Select(_ => new Connection(url))];
    private readonly Queue<long> _due = new();
    private readonly Stack<Connection> _free = new();
    private readonly List<double> _milliseconds = [];
    private long _errors;

    public static Task<Outcome> RunAsync(Uri url, int rate, int seconds, CancellationToken cancellationToken) =>
        // A thread of its own, and nothing else of this process has anything to do meanwhile.
        Task.Factory.StartNew(
            () =>
            {
                using var load = new OpenLoad(url, rate);
                return load.Run(seconds, cancellationToken);
            },
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => _connections.ForEach(connection => connection.Dispose());

    private Outcome Run(int seconds, CancellationToken cancellationToken)
    {
        var ready = new Ready([.. _connections.Select(connection => connection.Socket)]);
        _connections.ForEach(_free.Push);
        var (began, ticks, all) = (Stopwatch.GetTimestamp(), 0L, seconds * TimeSpan.TicksPerSecond / Tick.Ticks);
        var end = began + ((TimeSpan.FromSeconds(seconds) + Patience).Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);
        while (ticks < all || _due.Count > 0 || _free.Count < _connections.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (; ticks < all && Stopwatch.GetElapsedTime(began) >= ticks * Tick; ticks++)
            {
                Demand(began + (ticks * Tick.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond));
            }

            Send();
            ready.Wait(Until(began, ticks));
            Receive(ready);
            if (Stopwatch.GetTimestamp() > end)
            {
                break;
            }
        }

        return Outcome(Stopwatch.GetElapsedTime(began).TotalSeconds, seconds);
    }

    private void Demand(long at)
    {
        for (var request = 0; request < rate * Tick.Ticks / TimeSpan.TicksPerSecond; request++)
        {
            _due.Enqueue(at);
        }
    }

    private static TimeSpan Until(long began, long tick)
    {
        var left = (tick * Tick) - Stopwatch.GetElapsedTime(began);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left > Tick ? Tick : left;
    }

    private void Send()
    {
        while (_due.Count > 0 && _free.TryPop(out var connection))
        {
            connection.Send(_request, _due.Dequeue());
        }
    }

    private void Receive(Ready ready)
    {
        for (var place = 0; place < _connections.Count; place++)
        {
            var connection = _connections[place];
            if (!ready[place] || connection.IsLost || connection.DueAt is not { } dueAt)
            {
                continue;
            }

            if (connection.Receive())
            {
                _milliseconds.Add(Stopwatch.GetElapsedTime(dueAt).TotalMilliseconds);
                _errors += connection.IsGood ? 0 : 1;
                _free.Push(connection);
            }
        }
    }

    private Outcome Outcome(double elapsed, int seconds)
    {
        // Connections that were lost hold a request that nobody answers.
        var unanswered = _due.Count + _connections.Count(connection => connection.DueAt is not null);
        double[] ordered = [.. _milliseconds.Order()];
        return ordered.Length == 0
            ? throw new BenchException($"{url} answered nothing")
            : new(ordered.Length, Math.Max(elapsed, seconds), _errors + unanswered, _connections.Sum(connection => connection.Bytes))
            {
                P50 = Median.Quantile(ordered, 0.5),
                P99 = Median.Quantile(ordered, 0.99),
                Max = ordered[^1],
            };
    }
}
