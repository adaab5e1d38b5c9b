namespace Fever.Ingestor.Feeds;

/// <summary>What a base plan's plans share, as the provider wrote it; null where it wrote nothing.</summary>
internal record BasePlanText
{
    public string? BasePlanId { get; init; }
    public string? SellMode { get; init; }
    public string? Title { get; init; }
    public string? OrganizerCompanyId { get; init; }
}

/// <summary>A plan without its zones, as the provider wrote it; null where it wrote nothing.</summary>
internal record PlanText
{
    public string? PlanId { get; init; }
    public string? PlanStartDate { get; init; }
    public string? PlanEndDate { get; init; }
    public string? SellFrom { get; init; }
    public string? SellTo { get; init; }
    public string? SoldOut { get; init; }
}
