using Fever.SearchApi.Catalog;
using Fever.SearchApi.OutputCaching;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Fever.SearchApi.Telemetry;
using Fever.ServiceDefaults.Errors;
using Fever.ServiceDefaults.Http;

namespace Fever.SearchApi.Search;

/// <summary><c>GET /search</c> and <c>GET /events/{id}</c>, and HEAD, which gives the same without a body.</summary>
internal sealed class SearchEndpoint(
    OutputCacheLookup lookup, ResponseSender sender, CurrentCatalog catalog, CatalogPoller poller, SearchMetrics metrics)
{
    public Task SearchAsync(HttpContext context) =>
        SearchQueryParser.TryParse(context.Request.QueryString.Value, out var query, out var error)
            ? RespondAsync(context, query)
            : context.WriteErrorAsync(StatusCodes.Status400BadRequest, error);

    public Task EventAsync(HttpContext context)
    {
        var id = context.Request.RouteValues["id"] as string;
        return Guid.TryParseExact(id, "D", out var eventId)
            ? RespondAsync(context, new SearchQuery(default, EventId: eventId))
            : context.WriteErrorAsync(StatusCodes.Status400BadRequest, $"id is \"{id.Truncate()}\"; it must be a UUID such as 6f0c0f4e-58a5-5b4e-9d4b-1c1b5a3c9a10.");
    }

    private Task RespondAsync(HttpContext context, SearchQuery query) =>
        CatalogHeaders.ParseVersion(context.Request.Headers[CatalogHeaders.MinimumVersion]) is { } minimumVersion && !(catalog.Version?.Number >= minimumVersion)
            ? CatchUpAndRespondAsync(context, query, minimumVersion)
            : RespondFromKnownVersionAsync(context, query);

    /// <summary>Another replica has answered with a version that is not known here; no caller may be taken back to an older one.</summary>
    private async Task CatchUpAndRespondAsync(HttpContext context, SearchQuery query, long minimumVersion) =>
        await (await poller.TryCatchUpAsync(minimumVersion, context.RequestAborted)
            ? RespondFromKnownVersionAsync(context, query)
            : SendAsync(context, query, await lookup.FindWithoutDatabaseAsync(query, minimumVersion)));

    private Task RespondFromKnownVersionAsync(HttpContext context, SearchQuery query)
    {
        if (sender.TryRespondToPreconditions(context, query, out var responding))
        {
            metrics.CacheHit();
            return responding;
        }

        if (lookup.TryGetFresh(query, out var response))
        {
            metrics.CacheHit();
            return sender.SendFreshAsync(context, query, response, CacheTier.Memory);
        }

        return FindAndSendAsync(context, query);
    }

    private async Task FindAndSendAsync(HttpContext context, SearchQuery query) =>
        await SendAsync(context, query, await lookup.FindAsync(query, withBody: !HttpMethods.IsHead(context.Request.Method), context.RequestAborted));

    private Task SendAsync(HttpContext context, SearchQuery query, LookupResult result)
    {
        if (result is LookupResult.Fresh { Tier: not CacheTier.None })
        {
            metrics.CacheHit();
        }
        else
        {
            metrics.CacheMiss();
        }

        return result switch
        {
            LookupResult.Fresh fresh => sender.SendFreshAsync(context, query, fresh.Response, fresh.Tier),
            LookupResult.Stale stale => sender.SendStaleAsync(context, query, stale.Response),
            _ => ResponseBody.SendUnavailableAsync(context),
        };
    }
}
