using System.Globalization;

namespace Fever.Ingestor.Feeds;

/// <summary>What the plans of a base plan share, as the provider wrote it; null where it wrote nothing.</summary>
internal sealed record BasePlanValues(string? Id, string? SellMode, string? Title, string Raw);

/// <summary>Makes the record of a plan from its values as the provider wrote them, whatever the format.</summary>
internal sealed class PlanBuilder(BasePlanValues basePlan, int line)
{
    /// <summary>A base plan, a plan and a zone have equal shares of <see cref="Rejection.Raw"/>, so that none can hide the others.</summary>
    public const int MaxRawPart = (Rejection.MaxRawLength - 2) / 3;

    // The key of a B-tree index cannot exceed a third of a page, and one such id would fail the whole sync.
    private const int MaxIdLength = 200;

    // Long enough for any name; every cached answer of a range repeats it.
    private const int MaxTitleLength = 10_000;

    private decimal? _minPrice;
    private decimal? _maxPrice;

    public string? Id { get; init; }
    public string? Start { get; init; }
    public string? End { get; init; }

    /// <summary>What the provider wrote of the plan, apart from its zones.</summary>
    public string Raw { get; init; } = "";

    /// <summary>The first bad zone.</summary>
    public string? ZoneRaw { get; set; }

    /// <summary>The first thing wrong with the plan.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether this is a price; if not, that is a fault of the plan.</summary>
    public bool AddPrice(ReadOnlySpan<char> text)
    {
        if (!Price.TryParse(text, out var price))
        {
            FaultOf("zone", "price", text.ToString(), "a decimal number that is not negative");
            return false;
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

        return true;
    }

    public bool MissPrice()
    {
        FaultOf("zone", "price", null, "");
        return false;
    }

    public FeedRecord ToRecord()
    {
        var key = Key();
        var start = Time("plan_start_date", Start);
        var end = End is null ? default(DateTime?) : Time("plan_end_date", End);
        var sellMode = Mode();
        CheckTitle();
        if (end < start)
        {
            Fault ??= $"the plan ends ({End}) before it starts ({Start})";
        }

        return Fault is null
            ? new Observation(key!, sellMode, basePlan.Title!, start, end, _minPrice, _maxPrice)
            : new Rejection(line, key, Fault, AllRaw());
    }

    private string AllRaw() =>
        (ZoneRaw is null ? $"{basePlan.Raw}\n{Raw}" : $"{basePlan.Raw}\n{Raw}\n{ZoneRaw}").ReplaceInvalid();

    private PlanKey? Key()
    {
        var isBaseKnown = IsId("base_plan", "base_plan_id", basePlan.Id);
        return IsId("plan", "plan_id", Id) && isBaseKnown ? new PlanKey(basePlan.Id!, Id!) : null;
    }

    private bool IsId(string element, string member, string? id)
    {
        if (id is not { Length: > 0 and <= MaxIdLength })
        {
            FaultOf(element, member, id, $"1 to {MaxIdLength} characters");
            return false;
        }

        return IsStorable(element, member, id);
    }

    private bool IsStorable(string element, string member, string text)
    {
        var isStorable = text.IsValidText();
        if (!isStorable)
        {
            FaultOf(element, member, text, "text without U+0000 and unpaired surrogates");
        }

        return isStorable;
    }

    private void CheckTitle()
    {
        if (basePlan.Title is not { Length: <= MaxTitleLength } title)
        {
            FaultOf("base_plan", "title", basePlan.Title, $"at most {MaxTitleLength} characters");
            return;
        }

        IsStorable("base_plan", "title", title);
    }

    private SellMode Mode()
    {
        switch (basePlan.SellMode)
        {
            case "online":
                return SellMode.Online;
            case "offline":
                return SellMode.Offline;
            default:
                FaultOf("base_plan", "sell_mode", basePlan.SellMode, "online or offline");
                return default;
        }
    }

    private DateTime Time(string member, string? text)
    {
        // Earlier years are placeholders such as 0001-01-01, not dates.
        if (!DateTime.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) || time.Year < 1900)
        {
            FaultOf("plan", member, text, "an existing local time such as 2021-06-30T21:00:00");
        }

        // PostgreSQL keeps microseconds.
        return time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    private void FaultOf(string element, string member, string? value, string accepted) =>
        Fault ??= value is null
            ? $"the {element} has no {member}"
            : $"{element} {member} '{value.Sanitize()}' is not {accepted}";
}
