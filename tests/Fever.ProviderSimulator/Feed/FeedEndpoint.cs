using System.Globalization;
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

/// <summary>
/// The sample answers one after the other; the last one from then on. With <c>TurnFile</c> configured a restart goes
/// on where it was, because a provider does not go back in time either.
/// </summary>
internal sealed class AnswersInTurn(IConfiguration configuration)
{
    private readonly Lock _turn = new();
    private readonly string? _file = configuration["TurnFile"];
    private int? _given;

    public IReadOnlyList<BasePlan> Next()
    {
        lock (_turn)
        {
            var given = Math.Min((_given ?? Remembered()) + 1, SampleCatalogue.Answers.Count);
            _given = given;
            Remember(given);
            return SampleCatalogue.Answers[given - 1];
        }
    }

    private int Remembered() =>
        File.Exists(_file) && int.TryParse(File.ReadAllText(_file), CultureInfo.InvariantCulture, out var given) ? Math.Max(given, 0) : 0;

    private void Remember(int given)
    {
        if (_file is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.WriteAllText(_file, given.ToString(CultureInfo.InvariantCulture));
        }
    }
}
