using System.Security.Cryptography;
using System.Text;
using Fever.Ingestor.Catalog;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>What reading one feed has come to so far.</summary>
internal sealed class FeedReading(ProviderOptions provider)
{
    private readonly Dictionary<string, RejectedRecord> _rejects = [];
    private readonly List<Guid> _unreadable = [];
    private bool _isEveryPlanKnown = true;

    /// <summary>Observations, including duplicates.</summary>
    public int Read { get; set; }

    public int Rejected { get; private set; }

    /// <summary>Why reading stopped before the end of the document; null when it did not.</summary>
    public FeedException? Fault { get; set; }

    /// <summary>SHA-256 of the document; null when it was not read to its end.</summary>
    public byte[]? BodyHash { get; set; }

    /// <summary>Rows that are not in the staging table yet.</summary>
    public List<StagedEvent> Unstaged { get; } = [];

    /// <summary>Bad records, each once however often it occurs.</summary>
    public IReadOnlyCollection<RejectedRecord> Rejects => _rejects.Values;

    /// <summary>
    /// Events whose records are there but unreadable, so that they are not taken for vanished. Null when
    /// one of the bad records could be anyone's.
    /// </summary>
    public Guid[]? Unreadable => _isEveryPlanKnown ? [.. _unreadable] : null;

    public void Reject(Rejection rejection)
    {
        Rejected++;
        if (rejection.Plan is { } plan)
        {
            _unreadable.Add(EventIdentity.Of(provider.Name, plan));
        }
        else
        {
            _isEveryPlanKnown = false;
        }

        if (_rejects.Count < provider.Limits.MaxRejectsKept)
        {
            Keep(rejection);
        }
    }

    /// <summary>How the poll ends, by what was read alone.</summary>
    public (SyncOutcome Outcome, string? Reason, string? Error) Judge(Claim claim)
    {
        var records = Read + Rejected;
        if (Fault is not null && records == 0)
        {
            return (SyncOutcome.Failed, Names.Of(Fault.Fault), Fault.Message);
        }

        if (Rejected > records * provider.MaxRejectShare)
        {
            return (SyncOutcome.Suspicious, SyncReason.Rejects,
                $"{Rejected} of {records} records are bad: nothing was applied (MaxRejectShare is {provider.MaxRejectShare})");
        }

        if (Fault is not null)
        {
            return (SyncOutcome.Partial, Names.Of(Fault.Fault), Fault.Message);
        }

        return records > 0 || provider.AllowEmpty ? (SyncOutcome.Complete, null, null)
            : claim.Records == 0 ? (SyncOutcome.Empty, null, null)
            : (SyncOutcome.Suspicious, SyncReason.NoRecords, $"the feed has no records, the last one had {claim.Records}: nothing was applied (AllowEmpty is false)");
    }

    private void Keep(Rejection rejection)
    {
        var reason = FeedText.Storable(rejection.Reason);
        var raw = FeedText.Storable(rejection.Raw);
        var fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes($"{rejection.Plan?.BasePlanId}\n{rejection.Plan?.PlanId}\n{reason}\n{raw}"));
        _rejects.TryAdd(Convert.ToHexString(fingerprint), new RejectedRecord(fingerprint, rejection.Line, rejection.Plan, reason, raw));
    }
}
