using System.Text.Json;
using System.Xml.Linq;
using Fever.Ingestor.Tests.Harness;

namespace Fever.Ingestor.Tests.Simulator;

/// <summary>Looks into documents, in XML and in NDJSON alike.</summary>
internal static class Content
{
    private static readonly string[] OfBasePlan = ["base_plan_id", "sell_mode", "title", "organizer_company_id"];
    private static readonly string[] OfPlan = ["plan_id", "plan_start_date", "plan_end_date", "sell_from", "sell_to", "sold_out"];
    private static readonly string[] OfZone = ["zone_id", "capacity", "price", "name", "numbered"];

    public static async Task<XDocument> XmlAsync(this SimulatorHost simulator, string query) => XDocument.Parse(await simulator.TextAsync(query));

    public static async Task<JsonDocument> JsonAsync(this SimulatorHost simulator, string query) => Json(await simulator.TextAsync($"{query}&format=ndjson"));

    /// <summary>The lines as one document: the base plans, and beside them the members of the last line.</summary>
    public static JsonDocument Json(string ndjson)
    {
        var lines = ndjson.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return JsonDocument.Parse($"{{\"base_plans\":[{string.Join(',', lines[..^1])}],{lines[^1][1..]}");
    }

    public static JsonElement.ArrayEnumerator BasePlans(JsonDocument json) => json.RootElement.GetProperty("base_plans").EnumerateArray();

    public static string? Value(XElement element, string attribute) => element.Attribute(attribute)?.Value;

    public static string[] Values(XElement basePlan, string attribute) =>
        [.. basePlan.Descendants().Where(element => element.Name.LocalName is "plan" or "zone").Attributes(attribute).Select(found => found.Value)];

    public static string Ids(XElement basePlan) => $"{Value(basePlan, "base_plan_id")}: {string.Join(" ", Values(basePlan, "plan_id"))}";

    public static string Print(XElement basePlan) => Print(
        name => Value(basePlan, name),
        basePlan.Elements("plan").Select(plan => ((Func<string, string?>)(name => Value(plan, name)),
            plan.Elements("zone").Select(zone => (Func<string, string?>)(name => Value(zone, name))))));

    public static string Print(JsonElement basePlan) => Print(
        Member(basePlan),
        basePlan.GetProperty("plans").EnumerateArray().Select(plan => (Member(plan), plan.GetProperty("zones").EnumerateArray().Select(Member))));

    private static string Print(Func<string, string?> basePlan, IEnumerable<(Func<string, string?>, IEnumerable<Func<string, string?>>)> plans) =>
        string.Join("\n", [.. OfBasePlan.Select(basePlan), .. plans.SelectMany(plan => OfPlan.Select(plan.Item1).Concat(plan.Item2.SelectMany(zone => OfZone.Select(zone))))]);

    private static Func<string, string?> Member(JsonElement element) => name => element.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.ToString(),
        }
        : null;
}
