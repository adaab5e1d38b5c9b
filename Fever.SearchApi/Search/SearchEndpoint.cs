using Fever.SearchApi.Caching;
using Fever.SearchApi.OpenApi;
using Fever.ServiceDefaults.Errors;
using Fever.ServiceDefaults.Http;

namespace Fever.SearchApi.Search;

/// <summary><c>GET /search</c> and <c>GET /events/{id}</c>, and HEAD, which answers the same without a body.</summary>
internal sealed class SearchEndpoint(
    Answers answers, AnswerResponse response, CurrentCatalog catalog, CatalogPoller poller, SearchMetrics metrics)
{
    public Task SearchAsync(HttpContext context)
    {
        if (!QuestionReader.TryRead(context.Request.QueryString.Value, out var question, out var problem))
        {
            return context.WriteErrorAsync(StatusCodes.Status400BadRequest, problem);
        }

        return AnswerAsync(context, question);
    }

    public Task EventAsync(HttpContext context)
    {
        var id = context.Request.RouteValues["id"] as string;
        if (!Guid.TryParseExact(id, "D", out var eventId))
        {
            return context.WriteErrorAsync(StatusCodes.Status400BadRequest, $"id is \"{id.Truncate()}\"; it must be a UUID such as 6f0c0f4e-58a5-5b4e-9d4b-1c1b5a3c9a10.");
        }

        return AnswerAsync(context, new Question(default, EventId: eventId));
    }

    private Task AnswerAsync(HttpContext context, Question question)
    {
        if (CatalogHeaders.ParseVersion(context.Request.Headers[CatalogHeaders.MinimumVersion]) is { } floor && !(catalog.Version?.Version >= floor))
        {
            return ReachAndAnswerAsync(context, question, floor);
        }

        return AnswerFromHereAsync(context, question);
    }

    /// <summary>Somebody has been answered with a version that is not known here: nobody may be taken back behind it.</summary>
    private async Task ReachAndAnswerAsync(HttpContext context, Question question, long floor)
    {
        if (await poller.TryReachAsync(floor, context.RequestAborted))
        {
            await AnswerFromHereAsync(context, question);
            return;
        }

        var (answer, found) = await answers.FindWithoutDatabaseAsync(question, floor);
        await AnswerAsync(context, answer, found);
    }

    private Task AnswerFromHereAsync(HttpContext context, Question question)
    {
        if (response.TrySayUnchanged(context, question))
        {
            metrics.CacheHit();
            return Task.CompletedTask;
        }

        if (answers.TryFind(question, out var answer))
        {
            metrics.CacheHit();
            return response.SendAsync(context, answer, Found.InMemory);
        }

        return FindAndAnswerAsync(context, question);
    }

    private async Task FindAndAnswerAsync(HttpContext context, Question question)
    {
        var (answer, found) = await answers.FindAsync(question, context.RequestAborted);
        await AnswerAsync(context, answer, found);
    }

    private Task AnswerAsync(HttpContext context, Answer? answer, Found found)
    {
        if (found is Found.InMemory or Found.InRedis)
        {
            metrics.CacheHit();
        }
        else
        {
            metrics.CacheMiss();
        }

        if (answer is not null)
        {
            return response.SendAsync(context, answer, found);
        }

        if (found == Found.NotAtAll)
        {
            return context.WriteErrorAsync(StatusCodes.Status404NotFound, "There is no event with this id.");
        }

        // 503 for a timeout too: what the caller should do is the same, try again shortly.
        context.Response.Headers.RetryAfter = "1";
        return context.WriteErrorAsync(StatusCodes.Status503ServiceUnavailable, "The events cannot be read at the moment. Try again in a second.");
    }
}

internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder app)
    {
        var endpoint = app.ServiceProvider.GetRequiredService<SearchEndpoint>();
        Map("/search", endpoint.SearchAsync).DescribeSearch();
        Map("/events/{id}", endpoint.EventAsync).DescribeEvent();

        RouteHandlerBuilder Map(string path, Func<HttpContext, Task> handler)
        {
            app.MapMethods(path, [HttpMethods.Head], handler).ExcludeFromDescription();
            // As a delegate of no special type: OpenAPI leaves others out.
            return app.MapGet(path, (Delegate)handler);
        }
    }
}
