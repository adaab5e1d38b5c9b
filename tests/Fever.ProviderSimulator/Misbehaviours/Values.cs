using Fever.ProviderSimulator.Catalogues;
using Fever.ProviderSimulator.Feed;

namespace Fever.ProviderSimulator.Misbehaviours;

internal sealed class PriceSwitch() : TextSwitch("price")
{
    protected override void Apply(string value, FeedAnswer answer) => answer.Alter(basePlan => basePlan.WithEachZone(zone => zone with { Price = value }));
}

internal sealed class CapacitySwitch() : TextSwitch("capacity")
{
    protected override void Apply(string value, FeedAnswer answer) => answer.Alter(basePlan => basePlan.WithEachZone(zone => zone with { Capacity = value }));
}

internal sealed class StartSwitch() : TextSwitch("start")
{
    protected override void Apply(string value, FeedAnswer answer) => answer.Alter(basePlan => basePlan.WithEachPlan(plan => plan with { Start = value }));
}

internal sealed class EndSwitch() : TextSwitch("end")
{
    protected override void Apply(string value, FeedAnswer answer) => answer.Alter(basePlan => basePlan.WithEachPlan(plan => plan with { End = value }));
}

/// <summary>What Unicode has that XML can carry; what only escapes in JSON can; and what is no Unicode at all.</summary>
internal sealed class TitlesSwitch() : ChoiceSwitch("titles", "unicode", "controls", "surrogates")
{
    protected override void Apply(string choice, FeedAnswer answer)
    {
        var title = choice switch
        {
            "unicode" => $"{Planes()}{Range(0x80, 0x9F)}\t\n\r\"&<>'\u00AD\u0301\u200B\u200D\u202E\u2028\u2066\uFEFF\uFFFD",
            "controls" => $"{Range(0x00, 0x1F)}\u007F\uFFFE\uFFFF",
            _ => "\uDC00 \uD800",
        };
        answer.Alter(basePlan => basePlan with { Title = title });
    }

    private static string Planes() => string.Concat(Enumerable.Range(0, 17).Select(plane => char.ConvertFromUtf32((plane * 0x1_0000) + 0x2C00)));

    private static string Range(int first, int last) => string.Concat(Enumerable.Range(first, last - first + 1).Select(code => (char)code));
}

internal sealed class MissingSwitch() : Switch("missing", string.Join(" or ", Without.Keys))
{
    private static readonly Dictionary<string, Func<BasePlan, BasePlan>> Without = new()
    {
        ["base_plan_id"] = basePlan => basePlan with { Id = null },
        ["sell_mode"] = basePlan => basePlan with { SellMode = null },
        ["title"] = basePlan => basePlan with { Title = null },
        ["organizer_company_id"] = basePlan => basePlan with { OrganizerCompanyId = null },
        ["plan_id"] = basePlan => basePlan.WithEachPlan(plan => plan with { Id = null }),
        ["plan_start_date"] = basePlan => basePlan.WithEachPlan(plan => plan with { Start = null }),
        ["plan_end_date"] = basePlan => basePlan.WithEachPlan(plan => plan with { End = null }),
        ["sell_from"] = basePlan => basePlan.WithEachPlan(plan => plan with { SellFrom = null }),
        ["sell_to"] = basePlan => basePlan.WithEachPlan(plan => plan with { SellTo = null }),
        ["zone_id"] = basePlan => basePlan.WithEachZone(zone => zone with { Id = null }),
        ["capacity"] = basePlan => basePlan.WithEachZone(zone => zone with { Capacity = null }),
        ["price"] = basePlan => basePlan.WithEachZone(zone => zone with { Price = null }),
        ["name"] = basePlan => basePlan.WithEachZone(zone => zone with { Name = null }),
    };

    public override bool TryApply(string value, FeedAnswer answer)
    {
        var isKnown = Without.TryGetValue(value, out var without);
        if (isKnown)
        {
            answer.Alter(without!);
        }

        return isKnown;
    }
}
