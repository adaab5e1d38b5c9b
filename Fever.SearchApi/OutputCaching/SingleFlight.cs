using System.Collections.Concurrent;

namespace Fever.SearchApi.OutputCaching;

/// <summary>
/// Runs identical work once for all callers who want it at the same time. The work belongs to no caller: one that
/// leaves stops waiting, and the others still get the result. (The framework's output cache fails every waiter when the
/// first caller disconnects: dotnet/aspnetcore #52310.)
/// </summary>
internal sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Task<TResult>> _flights = new();

    public Task<TResult> RunAsync(TKey key, Func<Task<TResult>> work, CancellationToken cancellationToken)
    {
        if (!_flights.TryGetValue(key, out var flight))
        {
            var mine = new TaskCompletionSource<TResult>();
            flight = _flights.GetOrAdd(key, mine.Task);
            if (flight == mine.Task)
            {
                _ = CompleteAsync(key, work, mine);
            }
        }

        return flight.WaitAsync(cancellationToken);
    }

    private async Task CompleteAsync(TKey key, Func<Task<TResult>> work, TaskCompletionSource<TResult> flight)
    {
        // The callers continue on this thread, without another turn in the thread pool: the flight has ended by then.
        try
        {
            var result = await work();
            _flights.TryRemove(key, out _);
            flight.SetResult(result);
        }
        catch (Exception exception)
        {
            _flights.TryRemove(key, out _);
            flight.TrySetException(exception);
        }
    }
}
