using Fever.Ingestor.Providers;
using Fever.Ingestor.Syncing;

namespace Fever.Ingestor.Tests;

/// <summary>When the next poll is due, and what counts as a failure of the provider.</summary>
public sealed class ProviderUpdateTests
{
    [Fact]
    public void Failures_are_waited_out_twice_as_long_each_time_up_to_a_cap_and_never_given_up()
    {
        var delays = Enumerable.Range(0, 100).Select(failures => After(SyncOutcome.Failed, failures).Delay.TotalSeconds).ToArray();

        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, 3600, 3600], delays[..9]);
        Assert.All(delays[9..], delay => Assert.Equal(3600, delay));
    }

    [Fact]
    public void Jitter_keeps_failures_of_many_providers_from_keeping_step()
    {
        Assert.Equal(24, After(SyncOutcome.Failed, failures: 0, jitter: 0).Delay.TotalSeconds);
        Assert.Equal(36, After(SyncOutcome.Failed, failures: 0, jitter: 1).Delay.TotalSeconds);
    }

    [Theory]
    [InlineData(SyncOutcome.Complete)]
    [InlineData(SyncOutcome.Unchanged)]
    [InlineData(SyncOutcome.Empty)]
    [InlineData(SyncOutcome.Partial)]
    [InlineData(SyncOutcome.Held)]
    public void Feed_that_could_be_fetched_is_polled_by_its_interval_and_ends_the_failures(object outcome)
    {
        var update = After((SyncOutcome)outcome, failures: 9);

        Assert.Equal((300, true, 0), (update.Delay.TotalSeconds, update.IsFromStart, update.Failures));
    }

    [Theory]
    [InlineData(SyncReason.Database)]
    [InlineData(SyncReason.Defect)]
    public void Failure_of_our_own_neither_counts_against_the_provider_nor_makes_it_wait_longer(string reason)
    {
        var update = After(SyncOutcome.Failed, failures: 9, reason: reason);

        Assert.Equal((30, 9), (update.Delay.TotalSeconds, update.Failures));
    }

    [Fact]
    public void Failure_of_the_provider_counts() => Assert.Equal(10, After(SyncOutcome.Failed, failures: 9, reason: "timeout").Failures);

    private static ProviderUpdate After(SyncOutcome outcome, int failures, double jitter = 0.5, string? reason = null)
    {
        var lease = new Lease("p", 1, default, failures, null, null, null, null, 0, null);
        var sync = new SyncSummary(Guid.Empty, "p", default, 1) { Outcome = outcome, Reason = reason };
        return ProviderUpdate.After(new ProviderOptions(), lease, sync, wanted: null, feed: null, jitter);
    }
}
