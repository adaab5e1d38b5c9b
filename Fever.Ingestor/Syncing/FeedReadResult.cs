using System.Security.Cryptography;
using System.Text;
using Fever.Ingestor.Catalog;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>What reading one feed has given so far.</summary>
internal sealed class FeedReadResult(ProviderOptions provider)
{
    // Feeds up to this size need no database before their end, when it is known whether there is anything to write.
    private const int MaxBatch = 10_000;

    // A title may have 10,000 characters: counted alone, the rows of a batch could take 200 MB.
    private const int MaxBatchCharacters = 4 << 20;

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(provider.TimeZone);
    private readonly Dictionary<string, RejectedRecord> _rejects = [];
    private readonly List<Guid> _unreadable = [];
    private bool _isEveryPlanKnown = true;
    private List<StagedEvent> _batch = [];
    private int _batchCharacters;

    /// <summary>Observations, including duplicates.</summary>
    public int Read { get; private set; }

    public int Rejected { get; private set; }

    /// <summary>Why reading stopped before the end of the document; null when it did not.</summary>
    public FeedException? Fault { get; set; }

    /// <summary>SHA-256 of the document and its charset; null when the document was not read to its end.</summary>
    public byte[]? BodyHash { get; set; }

    /// <summary>Bad records, each once however often it occurs.</summary>
    public IReadOnlyCollection<RejectedRecord> Rejects => _rejects.Values;

    /// <summary>
    /// Events whose records are there but unreadable, so that they are not taken for vanished. Null when
    /// one of the bad records could be of any event.
    /// </summary>
    public Guid[]? Unreadable => _isEveryPlanKnown ? [.. _unreadable] : null;

    public bool IsBatchFull => _batch.Count >= MaxBatch || _batchCharacters >= MaxBatchCharacters;

    /// <exception cref="FeedException">The feed has too many records.</exception>
    public void Add(FeedRecord record)
    {
        if (Read + Rejected == provider.Limits.MaxRecords)
        {
            throw new FeedException(FeedFault.TooManyRecords, $"the feed has more than {provider.Limits.MaxRecords} records (Limits:MaxRecords)");
        }

        switch (record)
        {
            case Observation observation:
                Read++;
                _batch.Add(StagedEvent.From(observation, provider.Name, _zone));
                _batchCharacters += observation.Title.Length;
                break;
            case Rejection rejection:
                Reject(rejection);
                break;
        }
    }

    /// <summary>The observations since the last call.</summary>
    public IReadOnlyList<StagedEvent> TakeBatch()
    {
        var batch = _batch;
        (_batch, _batchCharacters) = ([], 0);
        return batch;
    }

    /// <summary>How the sync ends by what was read alone, and whether that is plausible after the last complete feed.</summary>
    public (SyncOutcome Outcome, string? Reason, string? Error) DetermineOutcome(Lease lease)
    {
        var records = Read + Rejected;
        if (Fault is not null && records == 0)
        {
            return (SyncOutcome.Failed, Fault.Fault.ToSnakeCase(), Fault.Message);
        }

        if (Rejected > records * provider.MaxRejectShare)
        {
            return (SyncOutcome.Held, SyncReason.Rejects,
                $"{Rejected} of {records} records are bad: nothing was applied (MaxRejectShare is {provider.MaxRejectShare})");
        }

        if (Fault is not null)
        {
            return (SyncOutcome.Partial, Fault.Fault.ToSnakeCase(), Fault.Message);
        }

        return records > 0 || provider.AllowEmpty ? (SyncOutcome.Complete, null, null)
            : lease.Records == 0 ? (SyncOutcome.Empty, null, null)
            : (SyncOutcome.Held, SyncReason.NoRecords, $"the feed has no records, the last one had {lease.Records}: nothing was applied (AllowEmpty is false)");
    }

    private void Reject(Rejection rejection)
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

    private void Keep(Rejection rejection)
    {
        var reason = rejection.Reason.ReplaceInvalid();
        var raw = rejection.Raw.ReplaceInvalid();
        var fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes($"{rejection.Plan?.BasePlanId}\n{rejection.Plan?.PlanId}\n{reason}\n{raw}"));
        _rejects.TryAdd(Convert.ToHexString(fingerprint), new RejectedRecord(fingerprint, rejection.Line, rejection.Plan, reason, raw));
    }
}
