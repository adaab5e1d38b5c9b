using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>How long the steps of something may take together, such as a connection attempt, a request or a whole poll.</summary>
internal sealed class TimeLimit(TimeSpan limit, string message, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _expired = new(limit, time);

    /// <summary>Runs one step in the time that is left.</summary>
    /// <exception cref="FeedException">There is none left. The caller's own cancellation stays a cancellation.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_expired.Token, cancellationToken);
        try
        {
            return await step(either.Token);
        }
        catch (OperationCanceledException exception) when (_expired.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new FeedException(FeedFault.Timeout, message, exception);
        }
    }

    public void Dispose() => _expired.Dispose();
}
