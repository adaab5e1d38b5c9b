namespace Fever.Ingestor.Catalog;

/// <summary>How a sync ended. Only a complete one says anything about what has vanished.</summary>
internal enum SyncOutcome
{
    /// <summary>The whole document was read and had records.</summary>
    Complete,

    /// <summary>The document broke off; what came before the break was applied.</summary>
    Partial,

    /// <summary>The whole document was read and had no record: more likely a mistake than an empty catalogue.</summary>
    Empty,

    /// <summary>Nothing was read, or nothing could be written.</summary>
    Failed,
}

/// <summary>One sync, as the audit table <c>syncs</c> keeps it.</summary>
internal sealed record SyncRecord(Guid Id, string Provider, DateTimeOffset StartedAt)
{
    public SyncOutcome Outcome { get; init; }

    /// <summary>As the database, metrics and logs spell it.</summary>
    public string OutcomeName => Outcome switch
    {
        SyncOutcome.Complete => "complete",
        SyncOutcome.Partial => "partial",
        SyncOutcome.Empty => "empty",
        _ => "failed",
    };

    public string? Error { get; init; }
    public long Bytes { get; init; }

    /// <summary>Observations, including duplicates.</summary>
    public int Read { get; init; }

    /// <summary>Events that appeared, changed or returned.</summary>
    public int Changed { get; init; }

    public int Unchanged { get; init; }
    public int Rejected { get; init; }
    public int Duplicates { get; init; }
    public int Vanished { get; init; }
}
