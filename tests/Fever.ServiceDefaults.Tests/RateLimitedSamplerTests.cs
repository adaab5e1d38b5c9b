using Fever.ServiceDefaults.Telemetry;
using OpenTelemetry.Trace;

namespace Fever.ServiceDefaults.Tests;

public sealed class RateLimitedSamplerTests
{
    [Fact]
    public void Only_so_many_traces_of_each_second_are_sampled()
    {
        var time = new ManualTime();
        var sampler = new RateLimitedSampler(maxPerSecond: 3, time);

        Assert.Equal(3, SampledOf(sampler, 10));
        Assert.Equal(0, SampledOf(sampler, 10));

        time.Seconds++;
        Assert.Equal(2, SampledOf(sampler, 2));
        Assert.Equal(1, SampledOf(sampler, 2));
    }

    [Fact]
    public void Callers_at_the_same_time_share_the_limit()
    {
        var sampler = new RateLimitedSampler(maxPerSecond: 100, new ManualTime());
        var sampled = 0;

        Parallel.For(0, 8, _ => Interlocked.Add(ref sampled, SampledOf(sampler, 1000)));

        Assert.Equal(100, sampled);
    }

    private static int SampledOf(RateLimitedSampler sampler, int count) =>
        Enumerable.Range(0, count).Count(_ => sampler.ShouldSample(default).Decision == SamplingDecision.RecordAndSample);

    private sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; } = 1;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
