namespace Fever.Ingestor.Tests.Harness;

/// <summary>Prints feeds.</summary>
internal static class PlanList
{
    public const string Start = "2021-06-30T21:00:00";
    public const string End = "2021-06-30T22:00:00";

    public static string Document(params string[] basePlans) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <planList version="1.0">
          <output>
            {string.Join("\n", basePlans)}
          </output>
        </planList>
        """;

    /// <summary>A base plan with one plan.</summary>
    public static string BasePlan(
        string id = "1", string plan = "1", string sellMode = "online", string title = "Title", string start = Start, string? end = End, params string[] prices) =>
        $"""
        <base_plan base_plan_id="{id}" sell_mode="{sellMode}" title="{title}">
          <plan plan_id="{plan}" plan_start_date="{start}" {(end is null ? "" : $"plan_end_date=\"{end}\"")}>
            {string.Concat(prices.Select(price => $"<zone zone_id=\"1\" price=\"{price}\" />"))}
          </plan>
        </base_plan>
        """;
}
