using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.ProviderSimulator.Feed;

/// <summary>Prints a catalogue as a <c>planlist-ndjson</c> document, one base plan in memory at a time.</summary>
internal static class PlanListNdjsonDocument
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(FeedDocument document, IEnumerable<BasePlan> basePlans, Stream destination, CancellationToken cancellationToken)
    {
        var isUtf8 = document.Encoding is UTF8Encoding;
        await using var encoded = isUtf8 ? null : Encoding.CreateTranscodingStream(destination, document.Encoding, Encoding.UTF8, leaveOpen: true);
        using var page = new Page(encoded ?? destination);
        await destination.WriteAsync(document.Encoding.GetPreamble(), cancellationToken);
        using var json = new Utf8JsonWriter(page, Options);
        foreach (var basePlan in basePlans)
        {
            Write(json, basePlan);
            json.Flush();
            json.Reset();
            page.Write("\n");
            await page.TurnAsync(cancellationToken);
        }

        page.Write("{\"end_of_feed\":true");
        foreach (var piece in document.Tails.SelectMany(tail => tail))
        {
            page.Write(piece);
            await page.TurnAsync(cancellationToken);
        }

        page.Write("}\n");
        await page.TurnAsync(cancellationToken);
    }

    private static void Write(Utf8JsonWriter json, BasePlan basePlan)
    {
        json.WriteStartObject();
        Write(json, "base_plan_id", basePlan.Id);
        Write(json, "sell_mode", basePlan.SellMode);
        Write(json, "title", basePlan.Title);
        Write(json, "organizer_company_id", basePlan.OrganizerCompanyId);
        WriteUnknown(json, basePlan);
        json.WriteStartArray("plans");
        foreach (var plan in basePlan.Plans)
        {
            Write(json, plan, basePlan);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Plan plan, BasePlan basePlan)
    {
        json.WriteStartObject();
        Write(json, "plan_id", plan.Id);
        Write(json, "plan_start_date", plan.Start);
        Write(json, "plan_end_date", plan.End);
        Write(json, "sell_from", plan.SellFrom);
        Write(json, "sell_to", plan.SellTo);
        json.WriteBoolean("sold_out", false);
        WriteUnknown(json, basePlan);
        json.WriteStartArray("zones");
        foreach (var zone in plan.Zones)
        {
            Write(json, zone, basePlan);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Zone zone, BasePlan basePlan)
    {
        json.WriteStartObject();
        Write(json, "zone_id", zone.Id);
        if (int.TryParse(zone.Capacity, NumberStyles.None, CultureInfo.InvariantCulture, out var capacity))
        {
            json.WriteNumber("capacity", capacity);
        }
        else
        {
            Write(json, "capacity", zone.Capacity);
        }

        Write(json, "price", zone.Price);
        Write(json, "name", zone.Name);
        json.WriteBoolean("numbered", zone.IsNumbered);
        WriteUnknown(json, basePlan);
        json.WriteEndObject();
    }

    private static void WriteUnknown(Utf8JsonWriter json, BasePlan basePlan)
    {
        if (basePlan.HasUnknown)
        {
            json.WriteString("colour", "red");
            json.WritePropertyName("venue");
            json.WriteRawValue("""{"title":"Unknown","price":"?","plans":[{"plan_id":null},[true,1e400]],"":{}}""");
        }
    }

    private static void Write(Utf8JsonWriter json, string member, string? value)
    {
        if (value is null)
        {
            return;
        }

        json.WritePropertyName(member);
        if (value.Any(char.IsSurrogate))
        {
            // The writer escapes these too, but refuses half a pair, which an escape can carry.
            json.WriteRawValue($"\"{string.Concat(value.Select(character => $"\\u{(int)character:x4}"))}\"", skipInputValidation: true);
        }
        else
        {
            json.WriteStringValue(value);
        }
    }
}
