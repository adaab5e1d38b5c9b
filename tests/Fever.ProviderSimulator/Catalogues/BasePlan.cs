namespace Fever.ProviderSimulator.Catalogues;

/// <summary>What a provider has on sale, as it prints it: everything is text because a provider may print anything, and null where it prints nothing.</summary>
public sealed record BasePlan(string? Id, string? SellMode, string? Title, string? OrganizerCompanyId, IReadOnlyList<Plan> Plans)
{
    /// <summary>Printed with elements and attributes that no reader of feeds knows.</summary>
    public bool HasUnknown { get; init; }

    public BasePlan WithEachPlan(Func<Plan, Plan> change) => this with { Plans = [.. Plans.Select(change)] };

    public BasePlan WithEachZone(Func<Zone, Zone> change) => WithEachPlan(plan => plan with { Zones = plan.Zones.Select(change) });
}

public sealed record Plan(string? Id, string? Start, string? End, string? SellFrom, string? SellTo, IEnumerable<Zone> Zones);

public sealed record Zone(string? Id, string? Capacity, string? Price, string? Name, bool IsNumbered);
