namespace Fever.Ingestor.Scheduling;

/// <summary>Ends the dispatcher's wait early: a sync has been asked for, or there is room for another one.</summary>
internal sealed class AsyncSignal
{
    private volatile TaskCompletionSource _signal = New();

    public void Set() => _signal.TrySetResult();

    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_signal.Task, Task.Delay(atMost, time, over.Token));
        await over.CancelAsync();
        if (_signal.Task.IsCompleted)
        {
            // Before the caller looks: what happens from here on is signalled anew.
            _signal = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
