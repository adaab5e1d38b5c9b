namespace Fever.Ingestor.Database;

/// <summary>One sync, a row of <c>syncs</c>, as the operator API shows it.</summary>
/// <param name="Id">Names it in the journal and among the rejects.</param>
/// <param name="Provider">Whose feed it was.</param>
/// <param name="StartedAt">By the database's clock.</param>
/// <param name="FinishedAt">By the database's clock.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why it ended so, as a word; null where the outcome says all.</param>
/// <param name="Error">The same in words; null when nothing went wrong.</param>
/// <param name="Bytes">Of the document, after decompression.</param>
/// <param name="WireBytes">As they came over the wire.</param>
/// <param name="Read">Records that could be read, duplicates included.</param>
/// <param name="Changed">Events that appeared, changed or returned.</param>
/// <param name="Unchanged">Events that were as known.</param>
/// <param name="Rejected">Bad records.</param>
/// <param name="Duplicates">Records beyond the first of their event.</param>
/// <param name="Vanished">Events that were not listed any more.</param>
/// <param name="CatalogVersion">The catalog's version after it.</param>
internal sealed record SyncRow(
    Guid Id,
    string Provider,
    DateTime StartedAt,
    DateTime FinishedAt,
    string Outcome,
    string? Reason,
    string? Error,
    long Bytes,
    long WireBytes,
    int Read,
    int Changed,
    int Unchanged,
    int Rejected,
    int Duplicates,
    int Vanished,
    long CatalogVersion);
