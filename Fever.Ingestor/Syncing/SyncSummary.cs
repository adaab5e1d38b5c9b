using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Syncing;

/// <summary>How a sync ended. Only a complete one says anything about what has vanished.</summary>
internal enum SyncOutcome
{
    /// <summary>The whole document was read and had records.</summary>
    Complete,

    /// <summary>The provider, or the document itself, says that nothing has changed since the last complete one.</summary>
    Unchanged,

    /// <summary>The document broke off; what came before the break was applied.</summary>
    Partial,

    /// <summary>The whole document was read and had no record, and neither had the one before.</summary>
    Empty,

    /// <summary>The document could be read and is not plausible after the last complete one; nothing was applied.</summary>
    Held,

    /// <summary>Nothing was read, or nothing could be written.</summary>
    Failed,
}

/// <summary>Why a sync ended as it did where the outcome alone does not tell: a closed set together with <see cref="Feeds.FeedFault"/> and <see cref="Providers.UnchangedReason"/>.</summary>
internal static class SyncReason
{
    /// <summary>Unchanged: byte for byte the last complete document.</summary>
    public const string SameBody = "same_body";

    /// <summary>Held: too large a share of bad records.</summary>
    public const string Rejects = "rejects";

    /// <summary>Held: no records after a document with records.</summary>
    public const string NoRecords = "no_records";

    /// <summary>Failed: another Ingestor has taken the provider over meanwhile.</summary>
    public const string LeaseLost = "lease_lost";

    /// <summary>Failed: the Ingestor that synced the provider did not renew its lease.</summary>
    public const string LeaseExpired = "lease_expired";

    /// <summary>Failed: the catalog's database could not be used.</summary>
    public const string Database = "database";

    /// <summary>Failed: a defect of ours.</summary>
    public const string Defect = "defect";
}

/// <summary>One sync, as the audit table <c>syncs</c> keeps it.</summary>
internal sealed record SyncSummary(Guid Id, string Provider, DateTimeOffset StartedAt, long FencingToken)
{
    public SyncOutcome Outcome { get; init; }

    public static string NameOf(SyncOutcome outcome) => outcome.ToSnakeCase();

    public bool IsSuccess => Outcome is SyncOutcome.Complete or SyncOutcome.Unchanged or SyncOutcome.Empty;

    /// <summary>Whether the provider failed, and neither the catalog's database nor this Ingestor.</summary>
    public bool IsProviderFailure => Outcome == SyncOutcome.Failed && Reason is not (SyncReason.Database or SyncReason.Defect or SyncReason.LeaseLost);

    /// <summary>As the database, metrics and logs spell it.</summary>
    public string OutcomeName => NameOf(Outcome);

    /// <summary>One of <see cref="SyncReason"/>, <see cref="Feeds.FeedFault"/> or <see cref="Providers.UnchangedReason"/>; null for a complete sync.</summary>
    public string? Reason { get; init; }

    /// <summary>The reason in words.</summary>
    public string? Error { get; init; }

    /// <summary>Of the document, after decompression.</summary>
    public long Bytes { get; init; }

    public long WireBytes { get; init; }

    /// <summary>Observations, including duplicates.</summary>
    public int Read { get; init; }

    /// <summary>Events that appeared, changed or returned.</summary>
    public int Changed { get; init; }

    public int Unchanged { get; init; }
    public int Rejected { get; init; }
    public int Duplicates { get; init; }
    public int Vanished { get; init; }
}
