namespace Fever.Ingestor.Database;

/// <summary>A bad record, once however often it was seen: a row of <c>rejected_records</c>, as the operator API shows it.</summary>
/// <param name="Id">Its own.</param>
/// <param name="Provider">Whose feed it is in.</param>
/// <param name="SyncId">The last sync that saw it.</param>
/// <param name="Position">Its line in that sync's document.</param>
/// <param name="BasePlanId">Null when it could not be read.</param>
/// <param name="PlanId">Null when it could not be read.</param>
/// <param name="Reason">What is wrong with it, in words.</param>
/// <param name="Raw">What the provider wrote, cut.</param>
/// <param name="Times">Syncs that saw it.</param>
/// <param name="FirstSeenAt">By the database's clock.</param>
/// <param name="LastSeenAt">By the database's clock.</param>
internal sealed record RejectRow(
    long Id,
    string Provider,
    Guid SyncId,
    int Position,
    string? BasePlanId,
    string? PlanId,
    string Reason,
    string Raw,
    long Times,
    DateTime FirstSeenAt,
    DateTime LastSeenAt);
