using Fever.Gateway.Versions;
using Microsoft.Extensions.Primitives;

namespace Fever.Gateway.Caching;

/// <summary>An answer ready to be given again, without an allocation.</summary>
internal sealed class CachedAnswer
{
    // What the objects around the body cost, roughly: small answers must not outgrow the memory that is set aside.
    private const int Overhead = 1024;

    private readonly byte[]? _body;
    private readonly string _tag;
    private readonly Endpoint? _endpoint;
    private readonly KeyValuePair<string, StringValues>[] _headers;
    private readonly KeyValuePair<string, StringValues>[] _headersWithoutContent;
    private int _claimed;

    /// <param name="context">An exchange that is over.</param>
    /// <param name="body">All of its body; null for a 304, which can be given to those who have the body already.</param>
    /// <param name="askedAt">Timestamp of the request: what came to be known after it cannot be in the answer.</param>
    public CachedAnswer(HttpContext context, byte[]? body, long askedAt)
    {
        var headers = context.Response.Headers;
        _body = body;
        _tag = headers.ETag.ToString();
        _endpoint = context.GetEndpoint();
        _headers = StoredHeaders.Of(context.Response);
        _headersWithoutContent = StoredHeaders.WithoutContent(_headers);
        Version = CatalogVersion.Parse(headers[CatalogVersion.Header]);
        AskedAt = askedAt;
    }

    /// <summary>The former answer, which a replica has just said (with a 304) to be the present one (RFC 9111, 4.3.4).</summary>
    private CachedAnswer(CachedAnswer former, long askedAt)
    {
        (_body, _tag, _endpoint, _headers, _headersWithoutContent) = (former._body, former._tag, former._endpoint, former._headers, former._headersWithoutContent);
        (Version, AskedAt) = (former.Version, askedAt);
    }

    public long Version { get; }

    public long AskedAt { get; }

    /// <summary>In bytes.</summary>
    public int Size => (_body?.Length ?? 0) + Overhead;

    /// <summary>Whether it will do for a request with this If-None-Match.</summary>
    public bool Answers(StringValues condition) => _body is not null || EntityTag.IsNamedIn(condition, _tag);

    /// <summary>A 304 must not take the place of a body: it renews the one it belongs to, and leaves others.</summary>
    public CachedAnswer Over(CachedAnswer? former) =>
        _body is not null || former?._body is null || former.Version != Version ? this
        : former._tag == _tag ? new CachedAnswer(former, AskedAt)
        : former;

    /// <summary>True for the first caller alone: it is to refresh the answer.</summary>
    public bool TryClaim() => Volatile.Read(ref _claimed) == 0 && Interlocked.Exchange(ref _claimed, 1) == 0;

    // No async and no cancellation token: either costs an allocation, and the server ends writes to a client that left.
    public Task WriteAsync(HttpContext context)
    {
        // Routing did not run; spans and metrics take the route's name from here.
        context.SetEndpoint(_endpoint);
        if (EntityTag.IsNamedIn(context.Request.Headers.IfNoneMatch, _tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            Copy(_headersWithoutContent, context.Response.Headers);
            return Task.CompletedTask;
        }

        Copy(_headers, context.Response.Headers);
        context.Response.ContentLength = _body!.Length;
        return context.Response.Body.WriteAsync(_body, CancellationToken.None).AsTask();
    }

    private static void Copy(KeyValuePair<string, StringValues>[] from, IHeaderDictionary to)
    {
        foreach (var (name, value) in from)
        {
            to[name] = value;
        }
    }
}
