using Fever.ServiceDefaults.Telemetry;

namespace Fever.ServiceDefaults.Tests;

public sealed class TraceRateLimiterTests
{
    [Fact]
    public void Traces_over_the_limit_do_not_start_in_the_same_second()
    {
        var time = new ManualTime();
        var budget = new TraceRateLimiter(maxPerSecond: 3, time);

        Assert.Equal(3, TakenOf(budget, 10));
        Assert.Equal(0, TakenOf(budget, 10));

        time.Seconds++;
        Assert.Equal(2, TakenOf(budget, 2));
        Assert.Equal(1, TakenOf(budget, 2));
    }

    [Fact]
    public void Concurrent_callers_share_the_limit()
    {
        var budget = new TraceRateLimiter(maxPerSecond: 100, new ManualTime());
        var taken = 0;

        Parallel.For(0, 8, _ => Interlocked.Add(ref taken, TakenOf(budget, 1000)));

        Assert.Equal(100, taken);
    }

    private static int TakenOf(TraceRateLimiter budget, int count) =>
        Enumerable.Range(0, count).Count(_ => budget.TryAcquire());
}
