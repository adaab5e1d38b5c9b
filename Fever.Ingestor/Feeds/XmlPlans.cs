using System.Xml;

namespace Fever.Ingestor.Feeds;

/// <summary>Where in a <c>planList</c> document a reader is.</summary>
internal sealed class XmlPlans(XmlReader reader, TokenGuard guard, XmlNames names, int maxDepth)
{
    // Longer than any sensible price, which so needs no string.
    private const int MaxPriceLength = 64;

    // The reader takes its names from the same table, so that they can be compared by reference.
    private readonly object _basePlanName = names.Add("base_plan");
    private readonly object _planName = names.Add("plan");
    private readonly object _zoneName = names.Add("zone");
    private readonly object _priceName = names.Add("price");

    // Base plans do not nest, but one that does must not lend its plans to the one around it.
    private readonly Stack<(int Depth, BasePlanValues Values)> _basePlans = [];
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
            // Nearly every node of a feed is one, so it is seen here, where it costs the least.
            if (reader.NodeType == XmlNodeType.Element && (object)reader.LocalName == _zoneName && reader.Depth < maxDepth)
            {
                AddZone();
            }
            else if (Advance() is { } record)
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

            OpenPlan(basePlan.Values);
            return reader.IsEmptyElement ? Close(depth) : null;
        }

        if (name == _basePlanName && !reader.IsEmptyElement)
        {
            OpenBasePlan(depth);
        }

        return null;
    }

    private void OpenBasePlan(int depth) => _basePlans.Push((depth, new BasePlanValues(
        reader.GetAttribute("base_plan_id"), reader.GetAttribute("sell_mode"), reader.GetAttribute("title"), _tag.ToString())));

    private void OpenPlan(BasePlanValues basePlan)
    {
        _planDepth = reader.Depth;
        _plan = new PlanBuilder(basePlan, Line)
        {
            Id = reader.GetAttribute("plan_id"),
            Start = reader.GetAttribute("plan_start_date"),
            End = reader.GetAttribute("plan_end_date"),
            Raw = _tag.ToString(),
        };
    }

    private FeedRecord? Close(int depth)
    {
        if (_plan is { } plan)
        {
            if (depth != _planDepth)
            {
                return null;
            }

            _plan = null;
            return plan.ToRecord();
        }

        if (_basePlans.TryPeek(out var basePlan) && basePlan.Depth == depth)
        {
            _basePlans.Pop();
        }

        return null;
    }

    private void AddZone()
    {
        if (_plan is null || TryAddPrice(_plan))
        {
            return;
        }

        reader.MoveToElement();
        _plan.ZoneRaw ??= _tag.ToString();
    }

    private bool TryAddPrice(PlanBuilder plan)
    {
        if (!MoveToPrice())
        {
            return plan.MissPrice();
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

    /// <summary>Where the price was in the last zone it mostly is in the next.</summary>
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
