using OpenTelemetry.Trace;

namespace Fever.ServiceDefaults.Telemetry;

/// <summary>
/// Samples every trace while there are few and the first ones of each second when there are many: a quiet system shows
/// everything, and a busy one does not spend its time on describing what it does.
/// </summary>
/// <param name="maxPerSecond">Traces that this process may begin in a second.</param>
/// <param name="time">What a second is.</param>
internal sealed class RateLimitedSampler(int maxPerSecond, TimeProvider time) : Sampler
{
    private long _second;
    private int _sampled;

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (Volatile.Read(ref _second) != second && Interlocked.Exchange(ref _second, second) != second)
        {
            Volatile.Write(ref _sampled, 0);
        }

        var isSampled = Volatile.Read(ref _sampled) < maxPerSecond && Interlocked.Increment(ref _sampled) <= maxPerSecond;
        return new SamplingResult(isSampled ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }
}
