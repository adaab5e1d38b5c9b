namespace Fever.ServiceDefaults.Telemetry;

/// <summary>
/// Allows the first traces of each second (a fixed-window rate limit): a quiet system is traced completely, and a busy
/// one does not spend its processor time on tracing.
/// </summary>
/// <param name="maxPerSecond">Traces that this process may start in a second.</param>
/// <param name="time">The clock.</param>
internal sealed class TraceRateLimiter(int maxPerSecond, TimeProvider time)
{
    private long _second;
    private int _started;

    /// <summary>Counts one more trace, if it may start.</summary>
    public bool TryAcquire()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (Volatile.Read(ref _second) != second && Interlocked.Exchange(ref _second, second) != second)
        {
            Volatile.Write(ref _started, 0);
        }

        return Volatile.Read(ref _started) < maxPerSecond && Interlocked.Increment(ref _started) <= maxPerSecond;
    }
}
