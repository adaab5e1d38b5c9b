namespace Fever.Ingestor.Feeds;

/// <summary>What a feed format makes of a plan: an <see cref="Observation"/>, or a <see cref="Rejection"/> for what cannot be read.</summary>
public abstract record FeedRecord;

/// <summary>
/// One plan as a provider prints it, in the provider's local time. A plan without an end has a null
/// <see cref="End"/>, one without zones has null prices.
/// </summary>
public sealed record Observation(
    PlanKey Plan, SellMode SellMode, string Title, DateTime Start, DateTime? End, decimal? MinPrice, decimal? MaxPrice) : FeedRecord
{
    /// <summary>Whether the plan has zones, but none with a price that can be read: the prices known before still count.</summary>
    public bool ArePricesUnknown { get; init; }

    public string? OrganizerCompanyId { get; init; }
    public string? SellFrom { get; init; }
    public string? SellTo { get; init; }
    public string? SoldOut { get; init; }
}

/// <summary>
/// A plan, or a zone of one, that begins on this line and cannot be read. <see cref="Plan"/> says whose it is if that
/// much could be read, because a plan that is there but unreadable has not vanished. <see cref="Raw"/> is what the
/// provider wrote, as far as it tells what is wrong, cut to <see cref="MaxRawLength"/> characters.
/// </summary>
public sealed record Rejection(int Line, PlanKey? Plan, string Reason, string Raw) : FeedRecord
{
    public const int MaxRawLength = 4_096;
}

/// <summary>What identifies a plan within its provider. A plan id alone does not: it recurs under other base plans.</summary>
public sealed record PlanKey(string BasePlanId, string PlanId);

public enum SellMode
{
    Online,
    Offline,
}
