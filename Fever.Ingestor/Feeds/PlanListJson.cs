using System.Text.Json;

namespace Fever.Ingestor.Feeds;

/// <summary>
/// The same facts as <see cref="PlanListXml"/>, in UTF-8:
/// <c>{"base_plans":[{"base_plan_id","sell_mode","title","plans":[{"plan_id","plan_start_date","plan_end_date","zones":[{"price"}]}]}]}</c>.
/// Ids are strings or integers, prices strings or numbers, the other values strings. Members come in any order, unknown
/// ones are left out, of a repeated one the first counts, and null is as good as absent.
/// </summary>
internal sealed class PlanListJson : IFeedFormat
{
    public string Name => "planlist-json";

    public IEnumerable<FeedRecord> Read(Stream document, FeedLimits limits)
    {
        var tokens = new JsonTokens(document, limits);
        var basePlans = new JsonBasePlans(tokens);
        tokens.Read();
        Require(tokens, JsonTokenType.StartObject, "the document", "an object");
        while (tokens.ReadMember())
        {
            var isBasePlans = tokens.IsMember("base_plans"u8);
            tokens.Read();
            if (!isBasePlans || tokens.Type == JsonTokenType.Null)
            {
                tokens.Skip();
                continue;
            }

            Require(tokens, JsonTokenType.StartArray, "base_plans", "an array");
            while (tokens.ReadElement())
            {
                foreach (var record in tokens.Type == JsonTokenType.StartObject ? basePlans.Read() : [basePlans.ReadMisfit()])
                {
                    yield return record;
                }
            }
        }

        // Refuses anything but the end of the document.
        tokens.Read();
    }

    private static void Require(JsonTokens tokens, JsonTokenType type, string what, string accepted)
    {
        if (tokens.Type != type)
        {
            throw new FeedException(FeedFault.Malformed, $"line {tokens.Line}: {what} is {tokens.Kind}, not {accepted}");
        }
    }
}
