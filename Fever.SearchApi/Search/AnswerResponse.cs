using System.Globalization;
using Fever.SearchApi.Caching;
using Fever.ServiceDefaults.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Fever.SearchApi.Search;

/// <summary>Sends what was found, with all that callers and caches on the way need to know of it.</summary>
internal sealed class AnswerResponse(CurrentCatalog catalog, IOptions<CachingOptions> options, TimeProvider time)
{
    private const string ContentType = "application/json; charset=utf-8";

    // Two versions may begin within one second, which is all this date can tell; and a replica may answer with the one before for half a second more.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly Lazy<string> _cacheControl = new(() => CacheControl(options.Value));
    private volatile VersionHeaders? _headers;

    /// <summary>Says 304 if the caller has the answer to one of these already: it takes their names, not the answer.</summary>
    public bool TrySayUnchanged(HttpContext context, Question question)
    {
        var condition = context.Request.Headers.IfNoneMatch;
        if (condition.Count == 0)
        {
            return context.Request.Headers.IfModifiedSince.Count > 0 && question.EventId is null && TrySayUnmodified(context);
        }

        if (catalog.Version is not { } version)
        {
            return false;
        }

        var known = condition.ToString();
        var canonical = new EntityTag(question.Canonical, version);
        // Every search has an answer; whether an event exists has to be looked up.
        var tag = known == "*" && question.EventId is null ? canonical.For(ContentCoding.Identity)
            : canonical.FindIn(known) ?? new EntityTag(question.Exact, version).FindIn(known);
        if (tag is null)
        {
            return false;
        }

        SayNotModified(context, version, tag);
        return true;
    }

    public Task SendAsync(HttpContext context, Answer answer, Found found)
    {
        var coding = ContentCodings.Preferred(context.Request.Headers.AcceptEncoding);
        if (answer.Large is { } large)
        {
            return SendAsync(context, answer, large, found);
        }

        return answer.In(coding) is not { } compressed ? SendAsync(context, answer, answer.Plain, found)
            : compressed.IsCompletedSuccessfully ? SendAsync(context, answer, compressed.GetAwaiter().GetResult(), found)
            : SendWhenCompressedAsync(context, answer, compressed, found);
    }

    private async Task SendWhenCompressedAsync(HttpContext context, Answer answer, Task<Representation> compressed, Found found) =>
        await SendAsync(context, answer, await compressed.WaitAsync(context.RequestAborted), found);

    private Task SendAsync(HttpContext context, Answer answer, Representation form, Found found)
    {
        Describe(context, answer, form.ETag, found);
        var headers = context.Response.Headers;
        headers.ContentLength = form.Body.Length;
        if (form.ContentEncoding is not null)
        {
            headers.ContentEncoding = form.ContentEncoding;
        }

        // No token, which would cost an allocation: the server ends writes to a client that left.
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(form.Body, CancellationToken.None).AsTask();
    }

    private async Task SendAsync(HttpContext context, Answer answer, Spool large, Found found)
    {
        Describe(context, answer, answer.Plain.ETag, found);
        context.Response.ContentLength = large.WholeLength;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        try
        {
            await large.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (IOException) when (context.Response.HasStarted)
        {
            // The caller must see that this is not the end.
            context.Abort();
        }
    }

    private void Describe(HttpContext context, Answer answer, string etag, Found found)
    {
        var headers = context.Response.Headers;
        headers.ContentType = ContentType;
        headers["Cache-Status"] = StatusOf(found);
        headers.Vary = "Accept-Encoding";
        if (found == Found.Before)
        {
            headers.CacheControl = "no-store";
            return;
        }

        Describe(headers, answer.Version, etag);
        if (answer.Next is { } next)
        {
            headers.Link = LinkTo(context.Request, next);
        }
    }

    private void Describe(IHeaderDictionary headers, CatalogVersion version, string? etag)
    {
        headers.ETag = etag;
        headers.CacheControl = _cacheControl.Value;
        var texts = TextsOf(version);
        headers[CatalogHeaders.Version] = texts.Number;
        if (IsSettled(version))
        {
            headers.LastModified = texts.ChangedAt;
        }
    }

    private bool IsSettled(CatalogVersion version) => time.GetUtcNow().UtcDateTime - version.ChangedAt >= Settled;

    private VersionHeaders TextsOf(CatalogVersion version) =>
        _headers is { } texts && texts.Version == version ? texts : _headers = new VersionHeaders(version);

    /// <summary>Only for exactly the date we gave: any other may lie between two versions of one second.</summary>
    private bool TrySayUnmodified(HttpContext context)
    {
        if (catalog.Version is not { } version
            || !IsSettled(version)
            || context.Request.Headers.IfModifiedSince != TextsOf(version).ChangedAt)
        {
            return false;
        }

        SayNotModified(context, version, etag: null);
        return true;
    }

    private void SayNotModified(HttpContext context, CatalogVersion version, string? etag)
    {
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        context.Response.Headers.Vary = "Accept-Encoding";
        Describe(context.Response.Headers, version, etag);
    }

    /// <summary>The same question, from the next event on (RFC 8288); a reference that is good wherever the caller found us.</summary>
    private static string LinkTo(HttpRequest request, Cursor next)
    {
        var others = request.Query.Where(parameter => !parameter.Key.Equals(QuestionReader.After, StringComparison.OrdinalIgnoreCase));
        return $"<{request.PathBase}{request.Path}{QueryString.Create(others).Add(QuestionReader.After, next.Text)}>; rel=\"next\"";
    }

    private static string StatusOf(Found found) => found switch
    {
        Found.InMemory => "SearchApi; hit; detail=memory",
        Found.InRedis => "SearchApi; hit; detail=redis",
        Found.Before => "SearchApi; hit; detail=last-known",
        _ => "SearchApi; fwd=miss",
    };

    private static string CacheControl(CachingOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"public, max-age={options.MaxAge.TotalSeconds:0}, stale-while-revalidate={options.StaleWhileRevalidate.TotalSeconds:0}, stale-if-error={options.StaleIfError.TotalSeconds:0}");

    private sealed class VersionHeaders(CatalogVersion version)
    {
        public CatalogVersion Version { get; } = version;

        public StringValues Number { get; } = version.Version.ToString(CultureInfo.InvariantCulture);

        public StringValues ChangedAt { get; } = version.ChangedAt.ToString("R", CultureInfo.InvariantCulture);
    }
}
