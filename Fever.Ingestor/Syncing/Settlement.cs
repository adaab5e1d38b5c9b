using Fever.Ingestor.Catalog;
using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>What a sync leaves in its provider's row of the schedule: when the next one is due, and what is known of the feed.</summary>
internal sealed record Settlement
{
    public required TimeSpan Delay { get; init; }

    /// <summary>Whether <see cref="Delay"/> counts from the start of this sync; a failure is waited out from its end.</summary>
    public required bool IsFromStart { get; init; }

    public string? Source { get; init; }
    public string? ETag { get; init; }
    public DateTime? LastModified { get; init; }
    public byte[]? BodyHash { get; init; }
    public int Records { get; init; }
    public DateTime? ReadAt { get; init; }

    /// <param name="provider">Its options.</param>
    /// <param name="claim">What was known before.</param>
    /// <param name="sync">How it went.</param>
    /// <param name="asked">How long the provider asks to be left alone, by <c>Retry-After</c> or <c>max-age</c>.</param>
    /// <param name="feed">What is known now of a feed that was read to its end, or is the known one.</param>
    /// <param name="jitter">0 to 1: lest the failures of many providers keep step.</param>
    public static Settlement Of(ProviderOptions provider, Claim claim, SyncRecord sync, TimeSpan? asked, KnownFeed? feed, double jitter)
    {
        var hasFailed = sync.Outcome is SyncOutcome.Failed;
        var delay = hasFailed ? Backoff(provider, claim.Failures, jitter) : TimeSpan.FromSeconds(provider.Interval);
        var end = new Settlement { Delay = Within(provider, delay, asked), IsFromStart = !hasFailed, Records = claim.Records };
        var known = end with
        {
            Source = claim.Source,
            ETag = claim.ETag,
            LastModified = claim.LastModified,
            BodyHash = claim.BodyHash,
            ReadAt = claim.ReadAt,
        };
        return sync.Outcome switch
        {
            SyncOutcome.Complete or SyncOutcome.Empty when feed is not null => end with
            {
                Source = FeedSource.Of(provider),
                ETag = feed.Validators.ETag,
                LastModified = feed.Validators.LastModified?.UtcDateTime,
                BodyHash = feed.BodyHash,
                Records = sync.Read + sync.Rejected,
                ReadAt = claim.StartedAt,
            },

            // What was applied of a broken feed is newer than the last complete one: that one may come back, and is then news.
            SyncOutcome.Partial => end with { Records = Math.Max(claim.Records, sync.Read + sync.Rejected) },
            // The same content may have got other validators, and only the newest are answered with 304.
            SyncOutcome.Unchanged when feed is not null => known with { ETag = feed.Validators.ETag, LastModified = feed.Validators.LastModified?.UtcDateTime },
            _ => known,
        };
    }

    /// <summary>30 seconds (or the interval, if shorter) after a first failure, then twice as long each time, up to <see cref="ProviderOptions.MaxWait"/>.</summary>
    private static TimeSpan Backoff(ProviderOptions provider, int failuresBefore, double jitter)
    {
        var first = TimeSpan.FromSeconds(Math.Min(30, provider.Interval));
        return first * Math.Pow(2, Math.Min(failuresBefore, 30)) * (0.8 + (0.4 * jitter));
    }

    private static TimeSpan Within(ProviderOptions provider, TimeSpan delay, TimeSpan? asked)
    {
        var longest = TimeSpan.FromSeconds(Math.Max(provider.MaxWait, provider.Interval));
        var wanted = asked > delay ? asked.Value : delay;
        return wanted < longest ? wanted : longest;
    }
}

/// <summary>What there is to know of a feed: what its provider calls it, and the SHA-256 of its bytes.</summary>
internal sealed record KnownFeed(Validators Validators, byte[]? BodyHash);
