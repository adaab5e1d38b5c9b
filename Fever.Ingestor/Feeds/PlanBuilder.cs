using System.Globalization;

namespace Fever.Ingestor.Feeds;

/// <summary>Makes the records of one plan, whatever the format: one for the plan, and one for its first bad zone.</summary>
internal sealed class PlanBuilder
{
    /// <summary>A base plan and a plan have equal shares of <see cref="Rejection.Raw"/>, so that neither can hide the other.</summary>
    public const int MaxRawPart = (Rejection.MaxRawLength - 1) / 2;

    // The key of a B-tree index cannot exceed a third of a page, and one such id would fail the whole sync.
    private const int MaxIdLength = 200;

    // Long enough for any name; every cached response of a range repeats it.
    private const int MaxTitleLength = 10_000;

    private readonly BasePlanText _basePlan;
    private readonly PlanText _plan;
    private readonly int _line;
    private readonly PlanKey? _key;
    private readonly SellMode _sellMode;
    private readonly DateTime _start;
    private readonly DateTime? _end;
    private decimal? _minPrice;
    private decimal? _maxPrice;
    private bool _hasBadZone;

    public PlanBuilder(BasePlanText basePlan, PlanText plan, int line)
    {
        (_basePlan, _plan, _line) = (basePlan, plan, line);
        _key = Key();
        _start = Time("plan_start_date", plan.PlanStartDate);
        _end = plan.PlanEndDate is null ? null : Time("plan_end_date", plan.PlanEndDate);
        _sellMode = Mode();
        CheckTitle();
        if (_end < _start)
        {
            Fault ??= $"the plan ends ({plan.PlanEndDate}) before it starts ({plan.PlanStartDate})";
        }
    }

    /// <summary>The first thing wrong with the plan; null when only a zone can still be bad.</summary>
    public string? Fault { get; private set; }

    /// <summary>The record of a plan with a fault.</summary>
    public Rejection Reject(string basePlanRaw, string planRaw) => new(_line, _key, Fault!, $"{basePlanRaw}\n{planRaw}".ReplaceInvalid());

    /// <summary>The record of a plan without a fault, once all its zones have been added.</summary>
    public Observation Build() => new(_key!, _sellMode, _basePlan.Title!, _start, _end, _minPrice, _maxPrice)
    {
        ArePricesUnknown = _hasBadZone && _minPrice is null,
        OrganizerCompanyId = Fact(_basePlan.OrganizerCompanyId),
        SellFrom = Fact(_plan.SellFrom),
        SellTo = Fact(_plan.SellTo),
        SoldOut = Fact(_plan.SoldOut),
    };

    /// <summary>Adds a zone.</summary>
    /// <returns>The record of the zone, still without the text and line of the zone, when it is the first one whose price cannot be read.</returns>
    public Rejection? AddPrice(ReadOnlySpan<char> text)
    {
        if (!Price.TryParse(text, out var price))
        {
            return RejectZone($"zone price '{text.ToString().Sanitize()}' is not a decimal number that is not negative");
        }

        if (_minPrice is null)
        {
            _minPrice = _maxPrice = price;
        }
        else if (price < _minPrice.GetValueOrDefault())
        {
            _minPrice = price;
        }
        else if (price > _maxPrice.GetValueOrDefault())
        {
            _maxPrice = price;
        }

        return null;
    }

    /// <summary>Adds a zone that has no price.</summary>
    /// <inheritdoc cref="AddPrice"/>
    public Rejection? AddNoPrice() => RejectZone("the zone has no price");

    private Rejection? RejectZone(string reason)
    {
        var isNews = Fault is null && !_hasBadZone;
        _hasBadZone = true;
        return isNews ? new Rejection(_line, _key, reason, "") : null;
    }

    /// <summary>Facts that are only observed are kept as they are written, whatever that is.</summary>
    private static string? Fact(string? text) => text?.Head(MaxIdLength).ReplaceInvalid();

    private PlanKey? Key()
    {
        var isBaseKnown = IsId("base_plan", "base_plan_id", _basePlan.BasePlanId);
        return IsId("plan", "plan_id", _plan.PlanId) && isBaseKnown ? new PlanKey(_basePlan.BasePlanId!, _plan.PlanId!) : null;
    }

    private bool IsId(string element, string member, string? id)
    {
        if (id is not { Length: > 0 and <= MaxIdLength })
        {
            SetFault(element, member, id, $"1 to {MaxIdLength} characters");
            return false;
        }

        return IsValidText(element, member, id);
    }

    private bool IsValidText(string element, string member, string text)
    {
        var isValid = text.IsValidText();
        if (!isValid)
        {
            SetFault(element, member, text, "text without U+0000 and unpaired surrogates");
        }

        return isValid;
    }

    private void CheckTitle()
    {
        if (_basePlan.Title is not { Length: <= MaxTitleLength } title)
        {
            SetFault("base_plan", "title", _basePlan.Title, $"at most {MaxTitleLength} characters");
            return;
        }

        IsValidText("base_plan", "title", title);
    }

    private SellMode Mode()
    {
        switch (_basePlan.SellMode)
        {
            case "online":
                return SellMode.Online;
            case "offline":
                return SellMode.Offline;
            default:
                SetFault("base_plan", "sell_mode", _basePlan.SellMode, "online or offline");
                return default;
        }
    }

    private DateTime Time(string member, string? text)
    {
        // Earlier years are placeholders such as 0001-01-01, not dates.
        if (!DateTime.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) || time.Year < 1900)
        {
            SetFault("plan", member, text, "an existing local time such as 2021-06-30T21:00:00");
        }

        // PostgreSQL keeps microseconds.
        return time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    private void SetFault(string element, string member, string? value, string accepted) =>
        Fault ??= value is null
            ? $"the {element} has no {member}"
            : $"{element} {member} '{value.Sanitize()}' is not {accepted}";
}
