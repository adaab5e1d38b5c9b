using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>When one poll must be over, and each wait in it.</summary>
internal sealed class PollDeadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly int _timeout;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _expired;
    private readonly CancellationTokenSource _over;

    public PollDeadline(ProviderOptions provider, TimeProvider time, CancellationToken caller)
    {
        (_time, _timeout, _caller) = (time, provider.Timeout, caller);
        _expired = new CancellationTokenSource(TimeSpan.FromSeconds(_timeout), time);
        _over = CancellationTokenSource.CreateLinkedTokenSource(_expired.Token, caller);
    }

    /// <summary>Cancelled when the poll's time is up, or by who asked for the poll.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Ends a wait at a limit of its own, and at the end of the poll.</summary>
    public async Task<T> WithinAsync<T>(TimeSpan limit, string tooLate, Func<CancellationToken, Task<T>> wait, CancellationToken cancellationToken = default)
    {
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _over.Token, cancellationToken);
        try
        {
            return await wait(either.Token);
        }
        catch (OperationCanceledException exception) when (either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw _over.IsCancellationRequested ? Overdue(exception) : new FeedException(FeedFault.Timeout, tooLate, exception);
        }
    }

    /// <summary>What a wait that ended with the poll means: the caller's own cancellation stays one.</summary>
    public Exception Overdue(OperationCanceledException exception) =>
        _caller.IsCancellationRequested
            ? new OperationCanceledException(exception.Message, exception, _caller)
            : new FeedException(FeedFault.Timeout, $"the feed did not arrive in time (Timeout is {_timeout} s)", exception);

    public void Dispose()
    {
        _over.Dispose();
        _expired.Dispose();
    }
}
