using Fever.ProviderSimulator.Catalogues;
using Fever.ServiceDefaults.Errors;

namespace Fever.ProviderSimulator.Feed;

/// <summary>Which catalogue is asked for: nothing = the sample answers in turn.</summary>
internal sealed record FeedQuery(int? Answer, int? Plans, int Zones = 3, int Seed = 1);

internal static class FeedEndpoint
{
    /// <summary>
    /// The feed itself always behaves. A misbehaviour is an endpoint filter added here, which reads its own query
    /// parameter and tampers with the response before or after the feed is written.
    /// </summary>
    public static RouteHandlerBuilder MapFeed(this IEndpointRouteBuilder app) =>
        app.MapGet("/feed", async ([AsParameters] FeedQuery query, HttpContext context, AnswersInTurn inTurn) =>
        {
            if (Fault(query) is { } fault)
            {
                await context.WriteErrorAsync(StatusCodes.Status400BadRequest, fault);
                return;
            }

            var basePlans = query switch
            {
                { Plans: { } plans } => new SyntheticCatalogue(plans, query.Zones, query.Seed).BasePlans(),
                { Answer: { } answer } => SampleCatalogue.Answers[answer - 1],
                _ => inTurn.Next(),
            };
            context.Response.ContentType = "application/xml; charset=utf-8";
            await PlanListDocument.WriteAsync(basePlans, context.Response.Body, context.RequestAborted);
        });

    private static string? Fault(FeedQuery query) => query switch
    {
        { Answer: < 1 or > 3 } => $"answer is {query.Answer}; accepted are 1 to {SampleCatalogue.Answers.Count}.",
        { Plans: < 0 or > 1_000_000 } => $"plans is {query.Plans}; accepted are 0 to 1000000.",
        { Zones: < 0 or > 10_000 } => $"zones is {query.Zones}; accepted are 0 to 10000.",
        _ => null,
    };
}

/// <summary>The sample answers one after the other; the last one from then on.</summary>
internal sealed class AnswersInTurn
{
    private int _given;

    public IReadOnlyList<BasePlan> Next() =>
        SampleCatalogue.Answers[Math.Min(Interlocked.Increment(ref _given), SampleCatalogue.Answers.Count) - 1];
}
