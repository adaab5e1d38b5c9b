using System.Xml;

namespace Fever.Ingestor.Feeds;

/// <summary>Reads the plans of a <c>planList</c> document.</summary>
internal sealed class XmlPlans(XmlReader reader, TokenGuard guard, XmlNames names, int maxDepth)
{
    // Longer than any sensible price, so that reading one allocates no string.
    private const int MaxPriceLength = 64;

    // The reader takes its names from the same table, so they can be compared by reference.
    private readonly object _basePlanName = names.Add("base_plan");
    private readonly object _planName = names.Add("plan");
    private readonly object _zoneName = names.Add("zone");
    private readonly object _priceName = names.Add("price");

    // Base plans do not nest, but the plans of one that does must not become those of the base plan around it.
    private readonly Stack<(int Depth, BasePlanText Text, string Raw)> _basePlans = [];
    private readonly char[] _price = new char[MaxPriceLength];
    private readonly XmlTag _tag = new(reader);
    private PlanBuilder? _plan;
    private int _planDepth;
    private int _priceIndex;

    private int Line => ((IXmlLineInfo)reader).LineNumber;

    /// <summary>The next record; null at the end of the document.</summary>
    public FeedRecord? Next()
    {
        while (reader.Read())
        {
            guard.TokenIsDone();
            // Nearly every node of a feed is a zone, so zones are tested for here, where that costs the least.
            var isZone = reader.NodeType == XmlNodeType.Element && (object)reader.LocalName == _zoneName && reader.Depth < maxDepth;
            if ((isZone ? AddZone() : Advance()) is { } record)
            {
                return record;
            }
        }

        return null;
    }

    private FeedRecord? Advance() => reader.NodeType switch
    {
        XmlNodeType.Element => Open(reader.Depth),
        XmlNodeType.EndElement => Close(reader.Depth),
        _ => null,
    };

    private FeedRecord? Open(int depth)
    {
        if (depth >= maxDepth)
        {
            throw new FeedException(FeedFault.TooDeep, $"elements are nested more than {maxDepth} deep (Limits:MaxDepth)");
        }

        if (_plan is not null)
        {
            return null;
        }

        object name = reader.LocalName;
        if (name == _planName)
        {
            if (!_basePlans.TryPeek(out var basePlan))
            {
                return new Rejection(Line, Plan: null, "the plan is not in a base_plan", _tag.ToString());
            }

            FeedRecord? rejection = OpenPlan(basePlan.Text, basePlan.Raw);
            var observation = reader.IsEmptyElement ? Close(depth) : null;
            return rejection ?? observation;
        }

        if (name == _basePlanName && !reader.IsEmptyElement)
        {
            OpenBasePlan(depth);
        }

        return null;
    }

    private void OpenBasePlan(int depth)
    {
        var text = new BasePlanText
        {
            BasePlanId = reader.GetAttribute("base_plan_id"),
            SellMode = reader.GetAttribute("sell_mode"),
            Title = reader.GetAttribute("title"),
            OrganizerCompanyId = reader.GetAttribute("organizer_company_id"),
        };
        _basePlans.Push((depth, text, _tag.ToString()));
    }

    private Rejection? OpenPlan(BasePlanText basePlan, string basePlanRaw)
    {
        var text = new PlanText
        {
            PlanId = reader.GetAttribute("plan_id"),
            PlanStartDate = reader.GetAttribute("plan_start_date"),
            PlanEndDate = reader.GetAttribute("plan_end_date"),
            SellFrom = reader.GetAttribute("sell_from"),
            SellTo = reader.GetAttribute("sell_to"),
            SoldOut = reader.GetAttribute("sold_out"),
        };
        _planDepth = reader.Depth;
        _plan = new PlanBuilder(basePlan, text, Line);
        return _plan.Fault is null ? null : _plan.Reject(basePlanRaw, _tag.ToString());
    }

    private Observation? Close(int depth)
    {
        if (_plan is { } plan)
        {
            if (depth != _planDepth)
            {
                return null;
            }

            _plan = null;
            return plan.Fault is null ? plan.Build() : null;
        }

        if (_basePlans.TryPeek(out var basePlan) && basePlan.Depth == depth)
        {
            _basePlans.Pop();
        }

        return null;
    }

    private Rejection? AddZone()
    {
        if (_plan is null || AddPrice(_plan) is not { } rejection)
        {
            return null;
        }

        reader.MoveToElement();
        return rejection with { Line = Line, Raw = _tag.ToString() };
    }

    private Rejection? AddPrice(PlanBuilder plan)
    {
        if (!MoveToPrice())
        {
            return plan.AddNoPrice();
        }

        var length = reader.ReadValueChunk(_price, 0, MaxPriceLength);
        if (length < MaxPriceLength)
        {
            return plan.AddPrice(_price.AsSpan(0, length));
        }

        // After a chunk the reader's value is what comes after it.
        reader.MoveToElement();
        return plan.AddPrice(reader.GetAttribute("price"));
    }

    /// <summary>Tries the position that the price had in the zone before: zones are mostly alike.</summary>
    private bool MoveToPrice()
    {
        var count = reader.AttributeCount;
        if (_priceIndex < count && IsPrice(_priceIndex))
        {
            return true;
        }

        for (var index = 0; index < count; index++)
        {
            if (IsPrice(index))
            {
                _priceIndex = index;
                return true;
            }
        }

        return false;
    }

    private bool IsPrice(int index)
    {
        reader.MoveToAttribute(index);
        return (object)reader.Name == _priceName;
    }
}
