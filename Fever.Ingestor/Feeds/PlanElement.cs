using System.Globalization;
using System.Xml;
using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Feeds;

/// <summary>The attributes of a <c>base_plan</c> that its plans share.</summary>
internal sealed class BasePlanElement(XmlReader reader)
{
    public int Depth { get; } = reader.Depth;
    public string? Id { get; } = reader.GetAttribute("base_plan_id");
    public string? SellMode { get; } = reader.GetAttribute("sell_mode");
    public string? Title { get; } = reader.GetAttribute("title");
}

/// <summary>A <c>plan</c> while it is being read: its attributes, the prices of its zones so far and the first thing wrong with it.</summary>
internal sealed class PlanElement(BasePlanElement basePlan, XmlReader reader)
{
    // The key of a B-tree index cannot exceed a third of a page, and one such id would fail the whole sync.
    private const int MaxIdLength = 200;

    private readonly int _line = (reader as IXmlLineInfo)?.LineNumber ?? 0;
    private readonly string? _id = reader.GetAttribute("plan_id");
    private readonly string? _start = reader.GetAttribute("plan_start_date");
    private readonly string? _end = reader.GetAttribute("plan_end_date");
    private decimal? _minPrice;
    private decimal? _maxPrice;
    private string? _fault;

    public int Depth { get; } = reader.Depth;

    public void AddPrice(string? text)
    {
        // xs:decimal: white space and a sign are fine; an exponent, NaN and a decimal comma are not.
        const NumberStyles Decimal = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var price) || price < 0)
        {
            Fault("zone", "price", text, "a decimal number that is not negative");
            return;
        }

        _minPrice = _minPrice < price ? _minPrice : price;
        _maxPrice = _maxPrice > price ? _maxPrice : price;
    }

    public FeedRecord ToRecord()
    {
        var key = Key();
        var start = Time("plan_start_date", _start);
        var end = _end is null ? default(DateTime?) : Time("plan_end_date", _end);
        var sellMode = Mode();
        if (basePlan.Title is null)
        {
            Fault("base_plan", "title", null, "");
        }

        if (end < start)
        {
            _fault ??= $"the plan ends ({Shown.Cut(_end)}) before it starts ({Shown.Cut(_start)})";
        }

        return _fault is null
            ? new Observation(key!, sellMode, basePlan.Title!, start, end, _minPrice, _maxPrice)
            : new Rejection(_line, key, _fault, Raw: "");
    }

    private PlanKey? Key()
    {
        var isBaseKnown = IsId("base_plan", "base_plan_id", basePlan.Id);
        return IsId("plan", "plan_id", _id) && isBaseKnown ? new PlanKey(basePlan.Id!, _id!) : null;
    }

    private bool IsId(string element, string attribute, string? id)
    {
        var isId = id is { Length: > 0 and <= MaxIdLength };
        if (!isId)
        {
            Fault(element, attribute, id, $"1 to {MaxIdLength} characters");
        }

        return isId;
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
                Fault("base_plan", "sell_mode", basePlan.SellMode, "online or offline");
                return default;
        }
    }

    private DateTime Time(string attribute, string? text)
    {
        // Earlier years are placeholders such as 0001-01-01, not dates.
        if (!DateTime.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) || time.Year < 1900)
        {
            Fault("plan", attribute, text, "an existing local time such as 2021-06-30T21:00:00");
        }

        // PostgreSQL keeps microseconds.
        return time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    private void Fault(string element, string attribute, string? value, string accepted) =>
        _fault ??= value is null
            ? $"the {element} has no {attribute}"
            : $"{element} {attribute} '{Shown.Cut(value)}' is not {accepted}";
}
