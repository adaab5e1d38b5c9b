using System.Globalization;
using Fever.SearchApi.Catalog;
using Fever.SearchApi.OutputCaching;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Fever.ServiceDefaults.Errors;
using Fever.ServiceDefaults.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Fever.SearchApi.Search;

/// <summary>Sends responses with the headers that callers and downstream caches need.</summary>
internal sealed class ResponseSender(CurrentCatalog catalog, IOptions<OutputCachingOptions> options, TimeProvider time)
{
    private const string ContentType = "application/json; charset=utf-8";

    // Last-Modified tells whole seconds, in which two versions may begin, and another replica may be half a second behind.
    private static readonly TimeSpan LastModifiedDelay = TimeSpan.FromSeconds(2);

    private readonly Lazy<string> _cacheControl = new(() => CacheControl(options.Value));
    private volatile VersionTexts? _versionTexts;

    /// <summary>Responds with 304 or 412 if a precondition says so. It takes the tag of a response, not the response.</summary>
    public bool TryRespondToPreconditions(HttpContext context, SearchQuery query, out Task responding)
    {
        responding = Task.CompletedTask;
        var headers = context.Request.Headers;
        var isConditional = headers.IfNoneMatch.Count > 0 || headers.IfMatch.Count > 0 || headers.IfModifiedSince.Count > 0;
        if (!isConditional || catalog.Version is not { } version)
        {
            return false;
        }

        var tag = new EntityTag(query.Canonical(version.TimeResolution), version);
        if (headers.IfMatch.Count > 0 && !tag.IsIn(context.Request.GetTypedHeaders().IfMatch))
        {
            responding = context.WriteErrorAsync(StatusCodes.Status412PreconditionFailed, "The events have changed: the response is another one than If-Match names.");
            return true;
        }

        // Every search has a response; whether an event exists has to be looked up.
        var isForAnyEvent = query.EventId is not null && (headers.IfNoneMatch.Count == 0 || headers.IfNoneMatch == "*");
        var matched = headers.IfNoneMatch.Count > 0 ? tag.FindIn(headers.IfNoneMatch) : null;
        if (isForAnyEvent || (matched is null && (headers.IfNoneMatch.Count > 0 || !IsLastModified(version, headers.IfModifiedSince))))
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        context.Response.Headers.Vary = "Accept-Encoding";
        context.Response.Headers.ETag = matched;
        DescribeVersion(context.Response.Headers, version);
        return true;
    }

    public Task SendFreshAsync(HttpContext context, SearchQuery query, CachedResponse response, CacheTier tier)
    {
        if (response.Body is ErrorBody error)
        {
            return context.WriteErrorAsync(error.StatusCode, error.Message);
        }

        var headers = context.Response.Headers;
        headers["Cache-Status"] = tier switch
        {
            CacheTier.Memory => "SearchApi; hit; detail=memory",
            CacheTier.Redis => "SearchApi; hit; detail=redis",
            _ => "SearchApi; fwd=miss",
        };
        if (tier != CacheTier.None)
        {
            // As old as the last confirmation that its version is the current one.
            headers.Age = Seconds(catalog.Age);
        }

        DescribeVersion(headers, response.Version);
        return SendBodyAsync(context, query, response, hasTag: true);
    }

    /// <summary>Sends what was known last. It has no version and no validator: there may be a newer response.</summary>
    public Task SendStaleAsync(HttpContext context, SearchQuery query, CachedResponse response)
    {
        var headers = context.Response.Headers;
        headers["Cache-Status"] = "SearchApi; hit; detail=last-known";
        headers.Age = Seconds(time.GetUtcNow().UtcDateTime - response.CreatedAt);
        headers.CacheControl = "no-store";
        return SendBodyAsync(context, query, response, hasTag: false);
    }

    private static Task SendBodyAsync(HttpContext context, SearchQuery query, CachedResponse response, bool hasTag)
    {
        var headers = context.Response.Headers;
        headers.ContentType = ContentType;
        headers.Vary = "Accept-Encoding";
        if (response.Next is { } next)
        {
            headers.Link = LinkTo(context.Request, query, next);
        }

        var coding = response.Body.Choose(ContentCodingExtensions.ParseAccepted(context.Request.Headers.AcceptEncoding));
        headers.ContentEncoding = coding.Name();
        headers.ETag = hasTag ? response.TagFor(coding) : default;
        return response.Body.SendAsync(context, coding);
    }

    private void DescribeVersion(IHeaderDictionary headers, CatalogVersion version)
    {
        var texts = TextsOf(version);
        headers.CacheControl = _cacheControl.Value;
        headers[CatalogHeaders.Version] = texts.Number;
        headers[CatalogHeaders.TimeResolution] = texts.TimeResolution;
        if (HasLastModified(version))
        {
            headers.LastModified = texts.ChangedAt;
        }
    }

    /// <summary>Exactly the date that was given: any other may lie between two versions of one second.</summary>
    private bool IsLastModified(CatalogVersion version, StringValues date) => HasLastModified(version) && TextsOf(version).ChangedAt == date;

    /// <summary>Whether responses of the version carry <c>Last-Modified</c> yet.</summary>
    private bool HasLastModified(CatalogVersion version) => time.GetUtcNow().UtcDateTime - version.ChangedAt >= LastModifiedDelay;

    private VersionTexts TextsOf(CatalogVersion version) =>
        _versionTexts is { } texts && texts.Version == version ? texts : _versionTexts = new VersionTexts(version);

    /// <summary>
    /// The next page (RFC 8288), by a reference that holds wherever the caller found us. Of the query only what was
    /// understood, in a form of bounded length: an echo of unknown parameters could outgrow what a proxy accepts as header.
    /// </summary>
    private static string LinkTo(HttpRequest request, SearchQuery query, PageCursor next)
    {
        var parameters = new QueryString();
        parameters = query.Range.From is { } from ? parameters.Add(SearchQueryParser.StartsAt, Text(from)) : parameters;
        parameters = query.Range.To is { } to ? parameters.Add(SearchQueryParser.EndsAt, Text(to)) : parameters;
        parameters = parameters.Add(SearchQueryParser.Limit, query.Limit.ToString(CultureInfo.InvariantCulture));
        return $"<{request.PathBase}{request.Path}{parameters.Add(SearchQueryParser.Cursor, next.Text)}>; rel=\"next\"";

        static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
    }

    private static string Seconds(TimeSpan age) =>
        age < TimeSpan.FromSeconds(1) ? "0" : ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string CacheControl(OutputCachingOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"public, max-age={options.MaxAge.TotalSeconds:0}, stale-while-revalidate={options.StaleWhileRevalidate.TotalSeconds:0}, stale-if-error={options.StaleIfError.TotalSeconds:0}");

    /// <summary>The header values that depend on the catalog version alone, made once for each version.</summary>
    private sealed class VersionTexts(CatalogVersion version)
    {
        public CatalogVersion Version => version;

        public StringValues Number { get; } = version.Number.ToString(CultureInfo.InvariantCulture);

        public StringValues TimeResolution { get; } = version.TimeResolution.ToString(CultureInfo.InvariantCulture);

        public StringValues ChangedAt { get; } = version.ChangedAt.ToString("R", CultureInfo.InvariantCulture);
    }
}
