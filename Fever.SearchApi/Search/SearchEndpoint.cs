using Fever.SearchApi.Caching;
using Fever.SearchApi.OpenApi;
using Fever.ServiceDefaults.Errors;
using Microsoft.AspNetCore.OutputCaching;

namespace Fever.SearchApi.Search;

/// <summary><c>GET /search</c>, and HEAD, which answers the same without a body.</summary>
internal static class SearchEndpoint
{
    private const string Path = "/search";

    public static void MapSearch(this IEndpointRouteBuilder app)
    {
        app.MapGet(Path, SearchAsync).DescribeSearch().CacheOutput(app.ServiceProvider.GetRequiredService<SearchCachePolicy>());
        app.MapMethods(Path, [HttpMethods.Head], SearchAsync).ExcludeFromDescription();
    }

    private static async Task SearchAsync(HttpContext context, SearchAnswers answers)
    {
        // The cache policy has read it too; doing so again allocates nothing, handing it on would, for every hit.
        if (!TimeRange.TryRead(context.Request.Query, out var range, out var problem))
        {
            await context.WriteErrorAsync(StatusCodes.Status400BadRequest, problem);
            return;
        }

        var body = await answers.FindAsync(range, context.RequestAborted);
        if (body is null)
        {
            // Without its database a replica says what it last knew, but not as the news of the version it knows now.
            body = await answers.FindLastAsync(range, context.RequestAborted);
            context.Features.Get<IOutputCacheFeature>()?.Context.AllowCacheStorage = false;
        }

        if (body is null)
        {
            // 503 for a timeout too: what the caller should do is the same, try again shortly.
            context.Response.Headers.RetryAfter = "1";
            await context.WriteErrorAsync(StatusCodes.Status503ServiceUnavailable, "The events cannot be read at the moment. Try again in a second.");
            return;
        }

        // The length makes the output cache refuse a body that was cut off half-way.
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
