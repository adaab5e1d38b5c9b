namespace Fever.Gateway.Tests;

/// <summary>Time stands still between calls of <see cref="Pass"/>; timers run on.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private long _now = TimeSpan.TicksPerHour;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public void Pass(double milliseconds) => Interlocked.Add(ref _now, TimeSpan.FromMilliseconds(milliseconds).Ticks);
}
