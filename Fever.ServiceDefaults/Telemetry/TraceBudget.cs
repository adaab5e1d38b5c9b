namespace Fever.ServiceDefaults.Telemetry;

/// <summary>
/// Allows every trace while there are few and the first ones of each second when there are many: a quiet system shows
/// everything, and a busy one does not spend its time on describing what it does.
/// </summary>
/// <param name="maxPerSecond">Traces that this process may begin in a second.</param>
/// <param name="time">What a second is.</param>
internal sealed class TraceBudget(int maxPerSecond, TimeProvider time)
{
    private long _second;
    private int _begun;

    /// <summary>Whether one more may begin.</summary>
    public bool TryTake()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (Volatile.Read(ref _second) != second && Interlocked.Exchange(ref _second, second) != second)
        {
            Volatile.Write(ref _begun, 0);
        }

        return Volatile.Read(ref _begun) < maxPerSecond && Interlocked.Increment(ref _begun) <= maxPerSecond;
    }
}
