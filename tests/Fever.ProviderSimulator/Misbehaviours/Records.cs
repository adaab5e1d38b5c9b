using System.Globalization;
using Fever.ProviderSimulator.Catalogues;
using Fever.ProviderSimulator.Feed;

namespace Fever.ProviderSimulator.Misbehaviours;

internal sealed class EverySwitch() : NumberSwitch("every", "a number", 1, int.MaxValue)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.Every = (int)number;
}

/// <summary>The same catalogue later: every n-th base plan has another title, and its zones other prices.</summary>
internal sealed class ChangedSwitch() : NumberSwitch("changed", "a number", 1, int.MaxValue)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.Alter(basePlan => [Change(basePlan)], () => (int)number);

    public static BasePlan Change(BasePlan basePlan) =>
        basePlan.WithEachZone(zone => zone with { Price = OneMore(zone.Price) }) with { Title = $"{basePlan.Title} (changed)" };

    private static string? OneMore(string? price) =>
        decimal.TryParse(price, CultureInfo.InvariantCulture, out var amount) ? (amount + 1).ToString(CultureInfo.InvariantCulture) : price;
}

internal sealed class UnknownSwitch() : ChoiceSwitch("unknown", "on")
{
    protected override void Apply(string choice, FeedAnswer answer) => answer.Alter(basePlan => basePlan with { HasUnknown = true });
}

internal sealed class DuplicatesSwitch() : ChoiceSwitch("duplicates", "same", "different")
{
    protected override void Apply(string choice, FeedAnswer answer) =>
        answer.Alter(basePlan => [basePlan, choice == "same" ? basePlan : ChangedSwitch.Change(basePlan)], () => answer.Every);
}
