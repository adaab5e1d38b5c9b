using Fever.ServiceDefaults.Http;
using Microsoft.Extensions.Primitives;

namespace Fever.Gateway.Caching;

/// <summary>A response ready to be sent again, without an allocation.</summary>
internal sealed class StoredResponse
{
    // Roughly what the objects around the body cost: many small responses must not outgrow the size limit.
    private const int Overhead = 1024;

    // Kestrel copies a write into blocks of its pool, all of it before the client reads any, and uses the blocks in turn:
    // a megabyte for each of 32 clients leaves a pool that no processor cache holds, and every later response is slower.
    private const int MaxWrite = 64 * 1024;

    private readonly byte[]? _body;
    private readonly string _tag;
    private readonly Endpoint? _endpoint;
    private readonly KeyValuePair<string, StringValues>[] _headers;
    private readonly KeyValuePair<string, StringValues>[] _headersWithoutContent;
    private readonly string _age;
    private int _refreshing;
    private TaskCompletionSource? _replacement;

    /// <param name="context">A completed exchange.</param>
    /// <param name="body">Its whole body; null for a 304, which can be sent to clients that have the body already.</param>
    /// <param name="requestedAt">Timestamp of the request: later changes may be missing in the response.</param>
    public StoredResponse(HttpContext context, byte[]? body, long requestedAt)
    {
        var headers = context.Response.Headers;
        _body = body;
        _tag = headers.ETag.ToString();
        _endpoint = context.GetEndpoint();
        _headers = StoredHeaders.From(context.Response);
        _headersWithoutContent = StoredHeaders.WithoutContent(_headers);
        Version = CatalogHeaders.ParseVersion(headers[CatalogHeaders.Version]);
        RequestedAt = requestedAt;
        // The time in this cache adds nothing: it is shorter than a second, and Age is in whole seconds (RFC 9111, 5.1).
        _age = headers.Age.Count == 1 ? headers.Age.ToString() : "0";
    }

    /// <summary>An earlier response that a replica has just confirmed with a 304 (RFC 9111, 4.3.4).</summary>
    private StoredResponse(StoredResponse confirmed, StoredResponse confirmation)
    {
        (_body, _tag, _endpoint, _headers, _headersWithoutContent) = (confirmed._body, confirmed._tag, confirmed._endpoint, confirmed._headers, confirmed._headersWithoutContent);
        (Version, RequestedAt, _age) = (confirmed.Version, confirmation.RequestedAt, confirmation._age);
    }

    public long? Version { get; }

    public long RequestedAt { get; }

    /// <summary>In bytes.</summary>
    public int Size => (_body?.Length ?? 0) + Overhead;

    /// <summary>Whether it can be sent for a request with this If-None-Match.</summary>
    public bool CanServe(StringValues condition) => _body is not null || IfNoneMatch.Matches(condition, _tag);

    /// <summary>What to store when <paramref name="existing"/> is stored already. A 304 must not replace a body: it renews the one it confirms.</summary>
    public StoredResponse Merge(StoredResponse? existing) =>
        _body is not null || existing?._body is null || existing.Version != Version ? this
        : existing._tag == _tag ? new StoredResponse(existing, this)
        : existing;

    /// <summary>True for the first caller only: its request is forwarded to refresh the response.</summary>
    public bool TryBeginRefresh() => Volatile.Read(ref _refreshing) == 0 && Interlocked.Exchange(ref _refreshing, 1) == 0;

    /// <summary>
    /// True for the first caller only, after the response is no longer fresh: its request is forwarded, and ends with
    /// <see cref="EndReplacement"/>. The others may wait for <see cref="Replacement"/>.
    /// </summary>
    public bool TryBeginReplacement() =>
        Volatile.Read(ref _replacement) is null
        && Interlocked.CompareExchange(ref _replacement, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null) is null;

    public Task Replacement => _replacement!.Task;

    /// <summary>The forwarded request has been answered or has failed: the others wait no longer.</summary>
    public void EndReplacement() => _replacement!.TrySetResult();

    // No async and no cancellation token: either costs an allocation, and the server completes writes to a client that left.
    public Task WriteAsync(HttpContext context)
    {
        // Routing did not run; spans and metrics read the route's name from the endpoint.
        context.SetEndpoint(_endpoint);
        context.Response.Headers.Age = _age;
        if (IfNoneMatch.Matches(context.Request.Headers.IfNoneMatch, _tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            Copy(_headersWithoutContent, context.Response.Headers);
            return Task.CompletedTask;
        }

        Copy(_headers, context.Response.Headers);
        context.Response.ContentLength = _body!.Length;
        return _body.Length <= MaxWrite ? context.Response.Body.WriteAsync(_body, CancellationToken.None).AsTask() : WriteInPartsAsync(context.Response.Body, _body);
    }

    private static async Task WriteInPartsAsync(Stream destination, byte[] body)
    {
        for (var start = 0; start < body.Length; start += MaxWrite)
        {
            await destination.WriteAsync(body.AsMemory(start, Math.Min(MaxWrite, body.Length - start)), CancellationToken.None);
        }
    }

    private static void Copy(KeyValuePair<string, StringValues>[] from, IHeaderDictionary to)
    {
        foreach (var (name, value) in from)
        {
            to[name] = value;
        }
    }
}
