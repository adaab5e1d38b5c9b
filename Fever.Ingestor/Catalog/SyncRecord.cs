namespace Fever.Ingestor.Catalog;

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

    /// <summary>The document could be read and is not believed; nothing was applied.</summary>
    Suspicious,

    /// <summary>Nothing was read, or nothing could be written.</summary>
    Failed,
}

/// <summary>Why a sync ended as it did where the outcome alone does not tell: a closed set together with <see cref="Feeds.FeedFault"/>.</summary>
internal static class SyncReason
{
    /// <summary>Unchanged: the provider answered 304.</summary>
    public const string NotModified = "not_modified";

    /// <summary>Unchanged: the provider sent the whole document again under the same ETag.</summary>
    public const string SameETag = "same_etag";

    /// <summary>Unchanged: byte for byte the last complete document.</summary>
    public const string SameBody = "same_body";

    /// <summary>Suspicious: too large a share of bad records.</summary>
    public const string Rejects = "rejects";

    /// <summary>Suspicious: no records after a document with records.</summary>
    public const string NoRecords = "no_records";

    /// <summary>Failed: another Ingestor has taken the provider over meanwhile.</summary>
    public const string LeaseLost = "lease_lost";

    /// <summary>Failed: the catalogue database did not do its part.</summary>
    public const string Database = "database";

    /// <summary>Failed: a defect of ours.</summary>
    public const string Defect = "defect";
}

/// <summary>One sync, as the audit table <c>syncs</c> keeps it.</summary>
internal sealed record SyncRecord(Guid Id, string Provider, DateTimeOffset StartedAt, long Fence)
{
    public SyncOutcome Outcome { get; init; }

    /// <summary>As the database, metrics and logs spell it.</summary>
    public string OutcomeName => Names.Of(Outcome);

    /// <summary>One of <see cref="SyncReason"/> or <see cref="Feeds.FeedFault"/>; null for a complete sync.</summary>
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
