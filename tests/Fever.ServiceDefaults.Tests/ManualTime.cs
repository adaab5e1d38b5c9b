namespace Fever.ServiceDefaults.Tests;

/// <summary>Time that passes when a test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    public long Seconds { get; set; } = 1;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => Seconds;
}
