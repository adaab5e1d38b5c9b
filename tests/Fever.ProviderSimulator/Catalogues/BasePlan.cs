namespace Fever.ProviderSimulator.Catalogues;

/// <summary>What a provider has on sale, as it prints it: dates and prices are text because a provider may print anything.</summary>
public sealed record BasePlan(string Id, string SellMode, string Title, string? OrganizerCompanyId, IReadOnlyList<Plan> Plans);

public sealed record Plan(string Id, string Start, string? End, string SellFrom, string SellTo, IEnumerable<Zone> Zones);

public sealed record Zone(string Id, int Capacity, string Price, string Name, bool IsNumbered);
