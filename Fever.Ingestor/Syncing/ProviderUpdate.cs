using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>What a sync leaves in its provider's row: when the next one is due, and what is known of the feed.</summary>
internal sealed record ProviderUpdate
{
    public required TimeSpan Delay { get; init; }

    /// <summary>Whether <see cref="Delay"/> counts from the start of this sync; a failure is waited out from its end.</summary>
    public required bool IsFromStart { get; init; }

    /// <summary>Polls in a row that the provider failed.</summary>
    public required int Failures { get; init; }

    public string? Source { get; init; }

    public string? ETag { get; init; }

    public DateTime? LastModified { get; init; }

    public byte[]? BodyHash { get; init; }

    public int Records { get; init; }

    public DateTime? ReadAt { get; init; }

    /// <param name="provider">Its options.</param>
    /// <param name="lease">What was known before.</param>
    /// <param name="sync">How it went.</param>
    /// <param name="wanted">How long the provider wants to be left alone, by <c>Retry-After</c> or <c>max-age</c>.</param>
    /// <param name="feed">What is known now of a feed that was read to its end, or is the known one.</param>
    /// <param name="jitter">0 to 1: so that the failures of many providers do not keep step.</param>
    public static ProviderUpdate After(ProviderOptions provider, Lease lease, SyncSummary sync, TimeSpan? wanted, KnownFeed? feed, double jitter)
    {
        var hasFailed = sync.Outcome == SyncOutcome.Failed;
        // What failed on our side says nothing of the provider: neither does it count, nor does the wait grow.
        var delay = hasFailed ? BackOff(provider, sync.IsProviderFailure ? lease.Failures : 0, jitter) : TimeSpan.FromSeconds(provider.Interval);
        var update = new ProviderUpdate
        {
            Delay = Within(provider, delay, wanted),
            IsFromStart = !hasFailed,
            Failures = sync.IsProviderFailure ? lease.Failures + 1 : hasFailed ? lease.Failures : 0,
            Records = lease.Records,
        };
        var known = update with
        {
            Source = lease.Source,
            ETag = lease.ETag,
            LastModified = lease.LastModified,
            BodyHash = lease.BodyHash,
            ReadAt = lease.ReadAt,
        };
        return sync.Outcome switch
        {
            SyncOutcome.Complete or SyncOutcome.Empty when feed is not null => update with
            {
                Source = FeedSource.Of(provider),
                ETag = feed.Validators.ETag,
                LastModified = feed.Validators.LastModified?.UtcDateTime,
                BodyHash = feed.BodyHash,
                Records = sync.Read + sync.Rejected,
                ReadAt = lease.StartedAt,
            },
            // What was applied of a broken feed is newer than the last complete one: that one may come back, and is then news.
            SyncOutcome.Partial => update with { Records = Math.Max(lease.Records, sync.Read + sync.Rejected) },
            // The same content may have got other validators, and only the newest are answered with 304.
            SyncOutcome.Unchanged when feed is not null => known with { ETag = feed.Validators.ETag, LastModified = feed.Validators.LastModified?.UtcDateTime },
            _ => known,
        };
    }

    /// <summary>30 seconds (or the interval, if shorter) after a first failure, then twice as long each time, up to <see cref="ProviderOptions.MaxWait"/>.</summary>
    private static TimeSpan BackOff(ProviderOptions provider, int failuresBefore, double jitter)
    {
        var first = TimeSpan.FromSeconds(Math.Min(30, provider.Interval));
        return first * Math.Pow(2, Math.Min(failuresBefore, 30)) * (0.8 + (0.4 * jitter));
    }

    private static TimeSpan Within(ProviderOptions provider, TimeSpan delay, TimeSpan? wanted)
    {
        var longest = TimeSpan.FromSeconds(Math.Max(provider.MaxWait, provider.Interval));
        var wait = wanted > delay ? wanted.Value : delay;
        return wait < longest ? wait : longest;
    }
}

/// <summary>What there is to know of a feed: what its provider calls it, and the SHA-256 of its bytes.</summary>
internal sealed record KnownFeed(Validators Validators, byte[]? BodyHash);
