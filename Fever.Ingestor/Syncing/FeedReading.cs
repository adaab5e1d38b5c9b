using Fever.Ingestor.Catalog;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Syncing;

/// <summary>What reading one feed has come to so far.</summary>
internal sealed class FeedReading(SyncRecord sync)
{
    private readonly List<Guid> _unreadable = [];
    private bool _isEveryPlanKnown = true;

    public int Read { get; set; }
    public int Rejected { get; private set; }
    public long Bytes { get; set; }

    /// <summary>Why reading stopped before the end of the document; null when it did not.</summary>
    public string? Error { get; set; }

    /// <summary>
    /// Events whose records are there but unreadable, so that they are not taken for vanished. Null when the feed
    /// cannot tell what has vanished: it was cut short, listed nothing, or has a record that could be anyone's.
    /// </summary>
    public Guid[]? Unreadable => Error is null && Read > 0 && _isEveryPlanKnown ? [.. _unreadable] : null;

    public void Reject(Rejection rejection)
    {
        Rejected++;
        if (rejection.Plan is { } plan)
        {
            _unreadable.Add(EventIdentity.Of(sync.Provider, plan));
        }
        else
        {
            _isEveryPlanKnown = false;
        }
    }

    public SyncRecord ToRecord() => sync with
    {
        Outcome = (Error, Read + Rejected) switch
        {
            (null, 0) => SyncOutcome.Empty,
            (null, _) => SyncOutcome.Complete,
            (_, 0) => SyncOutcome.Failed,
            _ => SyncOutcome.Partial,
        },
        Error = Error,
        Bytes = Bytes,
        Read = Read,
        Rejected = Rejected,
    };
}
