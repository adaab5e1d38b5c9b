using Fever.Ingestor.Database;

namespace Fever.Ingestor.Operations;

/// <summary>The body of every success: <c>{"data":{…},"error":null}</c>.</summary>
internal sealed record Envelope<T>(T Data)
    where T : notnull
{
    /// <summary>Always null; the counterpart of the error envelope's null data.</summary>
    public object? Error { get; }
}

/// <param name="Providers">By name.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last one.</param>
internal sealed record ProviderPage(IReadOnlyList<ProviderStatus> Providers, string? Next);

/// <param name="Syncs">By start, the newest first.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last one.</param>
internal sealed record SyncPage(IReadOnlyList<SyncRow> Syncs, string? Next);

/// <param name="Rejects">The latest seen first.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last one.</param>
internal sealed record RejectPage(IReadOnlyList<RejectRow> Rejects, string? Next);

/// <param name="Provider">As it was when the sync was asked for.</param>
/// <param name="Message">What happens now.</param>
internal sealed record SyncRequested(ProviderStatus Provider, string Message);

/// <summary>A provider's row in the schedule. Its address is left out: a feed's address often carries a key.</summary>
/// <param name="Name">As configured.</param>
/// <param name="State">ok; failing: the last sync was no success; open: so many in a row were none that each poll is a single attempt; syncing: one is going on; new: none has ended yet.</param>
/// <param name="IsConfigured">Whether the Ingestor that responds polls it; another one may.</param>
/// <param name="LastStartedAt">Start of the last sync, or of the one going on; null before the first.</param>
/// <param name="LastSuccessAt">Start of the last sync that was complete, unchanged or empty; null when there was none.</param>
/// <param name="AgeSeconds">Time since then, by the database's clock: how old the data are. Null when there was none.</param>
/// <param name="Failures">Syncs in a row that were no success.</param>
/// <param name="LastOutcome">How the last sync ended, as the list of syncs says it; null before the first end.</param>
/// <param name="LastReason">Why it ended so, as a word; null where the outcome says all.</param>
/// <param name="LastError">The same in words; null when nothing went wrong.</param>
/// <param name="Records">In the last complete feed.</param>
/// <param name="NextPollAt">When the next sync is due; null while one goes on, whose end decides that.</param>
internal sealed record ProviderStatus(
    string Name,
    string State,
    bool IsConfigured,
    DateTime? LastStartedAt,
    DateTime? LastSuccessAt,
    double? AgeSeconds,
    int Failures,
    string? LastOutcome,
    string? LastReason,
    string? LastError,
    int Records,
    DateTime? NextPollAt);

/// <summary>What can be said of a provider in one word: a closed set.</summary>
internal static class ProviderState
{
    public const string Ok = "ok";
    public const string Failing = "failing";
    public const string Open = "open";
    public const string Syncing = "syncing";
    public const string New = "new";

    public static readonly string[] All = [Ok, Failing, Open, Syncing, New];
}
