namespace Fever.Bench.Ingest;

/// <summary>A kind of sync: what the provider answers, and what is right to come of it.</summary>
internal sealed record SyncCase(string Name, Offer Offer, string Outcome, string? Reason, int Changed)
{
    private const string WarmUp = "warm-up";

    /// <summary>Only there because a process that has run for a while is another than one that has just been started: what it does often has been compiled well.</summary>
    public bool IsWarmUp => Name == WarmUp;

    /// <summary>As the design has them; null: only told.</summary>
    public double? MostRatio { get; init; }

    public double? MostSeconds { get; init; }

    /// <summary>Whether the time counts from the last byte that the provider sent.</summary>
    public bool IsFromLastByte => Offer.IsLastLate;

    /// <summary>In the order in which they follow from one another.</summary>
    public static IReadOnlyList<SyncCase> All(FeedFiles files, int plans)
    {
        var tagged = new Offer(files.Changed) { ETag = "\"changed\"" };
        return
        [
            new("first sync, all new", new(files.Base), "complete", null, plans),
            new("second sync, everything changed", new(files.Changed), "complete", null, plans),
            new(WarmUp, new(files.Base), "complete", null, plans),
            new(WarmUp, new(files.Changed), "complete", null, plans),
            new(WarmUp, new(files.Base), "complete", null, plans),
            new("everything changed", new(files.Changed), "complete", null, plans) { MostRatio = 3 },
            new("same content, other bytes", new(files.OtherBytes), "complete", null, 0) { MostRatio = 1.3 },
            new("same bytes, no ETag", new(files.OtherBytes), "unchanged", "same_body", 0) { MostRatio = 1.3 },
            new("same bytes, after the last", new(files.OtherBytes) { IsLastLate = true }, "unchanged", "same_body", 0) { MostSeconds = 0.05 },
            new("same content, with an ETag now", tagged, "complete", null, 0) { MostRatio = 1.3 },
            new("304", tagged, "unchanged", "not_modified", 0) { MostSeconds = 0.05 },
            new("same ETag in a 200", tagged with { IsHonoured = false }, "unchanged", "same_etag", 0) { MostSeconds = 0.05 },
        ];
    }

    /// <exception cref="BenchException">Something else came of it.</exception>
    public void Check(SyncEntry sync, int plans)
    {
        var (read, unchanged) = Outcome == "complete" ? (plans, plans - Changed) : (0, 0);
        if ((sync.Outcome, sync.Reason, sync.Read, sync.Changed, sync.Unchanged) != (Outcome, Reason, read, Changed, unchanged))
        {
            throw new BenchException(
                $"{Name}: the sync is {sync}; right are {Outcome} {Reason}, {read} read, {Changed} changed, {unchanged} unchanged");
        }
    }
}

/// <summary>One of a kind, measured.</summary>
/// <param name="Case">Its kind.</param>
/// <param name="Seconds">From the claim, or the last byte sent, to the end by the Ingestor's own account.</param>
/// <param name="Ratio">To the bare pass of the same round.</param>
/// <param name="ProcessorRatio">Of the Ingestor's processor time to the bare pass's: what is left of the ratio on a machine that has other things to do.</param>
/// <param name="Rows">Of the catalogue that were written.</param>
/// <param name="Growth">Of the Ingestor's working set over its idle one, in bytes.</param>
internal sealed record SyncResult(SyncCase Case, double Seconds, double Ratio, double ProcessorRatio, int Rows, long Growth);
