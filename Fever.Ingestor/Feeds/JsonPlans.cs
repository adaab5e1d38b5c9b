using System.Text;
using System.Text.Json;

namespace Fever.Ingestor.Feeds;

/// <summary>Reads the elements of <c>plans</c>.</summary>
internal sealed class JsonPlans(JsonTokens tokens)
{
    // Longer than any sensible price, which so needs no string.
    private const int MaxPriceLength = 64;

    // More than any accepted id or time has: a plan that waits must not hold a megabyte.
    private const int MaxKept = 1_000;

    private readonly JsonText _text = new();
    private readonly JsonText _zoneText = new();

    /// <summary>The plan that the token begins, up to its end.</summary>
    public PlanBuilder Read(BasePlanBuilder basePlan)
    {
        var plan = new PlanBuilder(basePlan, tokens.Line);
        _text.Clear();
        tokens.WriteTo(_text);
        if (IsObject(plan, "a plan"))
        {
            while (tokens.ReadMember())
            {
                ReadMember(plan);
            }
        }

        tokens.WriteTo(null);
        plan.Raw = _text.ToString();
        return plan;
    }

    private void ReadMember(PlanBuilder plan)
    {
        if (tokens.IsMember("plan_id"u8))
        {
            plan.Id = Kept(tokens.ReadText(plan, "plan plan_id", plan.Id, isId: true));
        }
        else if (tokens.IsMember("plan_start_date"u8))
        {
            plan.Start = Kept(tokens.ReadText(plan, "plan plan_start_date", plan.Start));
        }
        else if (tokens.IsMember("plan_end_date"u8))
        {
            plan.End = Kept(tokens.ReadText(plan, "plan plan_end_date", plan.End));
        }
        else if (tokens.IsMember("zones"u8))
        {
            ReadZones(plan);
        }
        else
        {
            tokens.SkipMember();
        }
    }

    private static string? Kept(string? text) => text is null ? null : text.Head(MaxKept);

    private void ReadZones(PlanBuilder plan)
    {
        tokens.Read();
        if (tokens.Type != JsonTokenType.StartArray)
        {
            plan.Fault ??= tokens.Type == JsonTokenType.Null ? null : $"plan zones is {tokens.Kind}, not an array";
            tokens.Skip();
            return;
        }

        tokens.WriteTo(null);
        while (tokens.ReadElement())
        {
            _zoneText.Clear();
            tokens.WriteTo(_zoneText);
            var isGood = ReadZone(plan);
            tokens.WriteTo(null);
            if (!isGood)
            {
                plan.ZoneRaw ??= _zoneText.ToString();
            }
        }

        tokens.WriteTo(_text);
    }

    /// <summary>Whether the zone that the token begins has a price.</summary>
    private bool ReadZone(PlanBuilder plan)
    {
        if (!IsObject(plan, "a zone"))
        {
            return false;
        }

        bool? isGood = null;
        while (tokens.ReadMember())
        {
            if (isGood is null && tokens.IsMember("price"u8))
            {
                isGood = ReadPrice(plan);
            }
            else
            {
                tokens.SkipMember();
            }
        }

        if (isGood is null)
        {
            plan.MissPrice();
        }

        return isGood ?? false;
    }

    /// <summary>Whether the member's value is a price; null when there is none.</summary>
    private bool? ReadPrice(PlanBuilder plan)
    {
        tokens.Read();
        switch (tokens.Type)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number when tokens.Token.Length <= MaxPriceLength:
                return AddPrice(plan, tokens.Token);
            case JsonTokenType.String when tokens.Token.Length <= MaxPriceLength && !tokens.Token.Contains((byte)'\\'):
                return AddPrice(plan, tokens.Token[1..^1]);
            case JsonTokenType.Number or JsonTokenType.String when tokens.Text() is { } text:
                return plan.AddPrice(text);
            default:
                plan.Fault ??= $"zone price is {tokens.Kind}, not a decimal number";
                tokens.Skip();
                return false;
        }
    }

    private static bool AddPrice(PlanBuilder plan, ReadOnlySpan<byte> text)
    {
        Span<char> price = stackalloc char[MaxPriceLength];
        return plan.AddPrice(price[..Encoding.UTF8.GetChars(text, price)]);
    }

    private bool IsObject(PlanBuilder plan, string what)
    {
        if (tokens.Type == JsonTokenType.StartObject)
        {
            return true;
        }

        plan.Fault ??= $"{what} is {tokens.Kind}, not an object";
        tokens.Skip();
        return false;
    }
}
