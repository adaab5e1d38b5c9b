using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>How long something of a poll may take: connecting, a response, the next bytes of a body, or the whole poll with all its steps.</summary>
internal sealed class TimeLimit(TimeSpan limit, string message, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _expired = new(limit, time);

    /// <summary>Runs one step in the time that is left.</summary>
    /// <exception cref="FeedException">The time is up. A cancellation by the caller stays an <see cref="OperationCanceledException"/>.</exception>
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
