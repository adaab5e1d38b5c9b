using Fever.Ingestor.Catalog;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Syncing;

namespace Fever.Ingestor.Tests;

/// <summary>When the next poll is due.</summary>
public sealed class SettlementTests
{
    [Fact]
    public void Failures_are_waited_out_twice_as_long_each_time_up_to_a_cap_and_never_given_up()
    {
        var delays = Enumerable.Range(0, 100).Select(failures => Delay(SyncOutcome.Failed, failures, jitter: 0.5)).ToArray();

        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, 3600, 3600], delays[..9]);
        Assert.All(delays[9..], delay => Assert.Equal(3600, delay));
    }

    [Fact]
    public void Jitter_keeps_failures_of_many_providers_from_keeping_step()
    {
        Assert.Equal(24, Delay(SyncOutcome.Failed, failures: 0, jitter: 0));
        Assert.Equal(36, Delay(SyncOutcome.Failed, failures: 0, jitter: 1));
    }

    [Theory]
    [InlineData(SyncOutcome.Complete)]
    [InlineData(SyncOutcome.Unchanged)]
    [InlineData(SyncOutcome.Empty)]
    [InlineData(SyncOutcome.Partial)]
    [InlineData(SyncOutcome.Suspicious)]
    public void Feed_that_could_be_fetched_is_polled_by_its_interval(object outcome) =>
        Assert.Equal(300, Delay((SyncOutcome)outcome, failures: 9, jitter: 0.5));

    private static double Delay(SyncOutcome outcome, int failures, double jitter)
    {
        var claim = new Claim("p", 1, default, failures, null, null, null, null, 0, null);
        var sync = new SyncRecord(Guid.Empty, "p", default, 1) { Outcome = outcome };
        return Settlement.Of(new ProviderOptions(), claim, sync, asked: null, feed: null, jitter).Delay.TotalSeconds;
    }
}
