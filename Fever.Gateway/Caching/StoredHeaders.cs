using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Fever.Gateway.Caching;

/// <summary>A stored response's headers, as each hit sends them.</summary>
internal static class StoredHeaders
{
    // RFC 9211, 2.1.
    private static readonly KeyValuePair<string, StringValues> Hit = new("Cache-Status", "Gateway; hit");

    // Describe one message or one connection (RFC 9110, 7.6.1), or the server sets them on each response.
    private static readonly FrozenSet<string> NotStored = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Connection,
        HeaderNames.KeepAlive,
        HeaderNames.ProxyConnection,
        HeaderNames.ProxyAuthenticate,
        HeaderNames.TE,
        HeaderNames.Trailer,
        HeaderNames.TransferEncoding,
        HeaderNames.Upgrade,
        HeaderNames.ContentLength,
        HeaderNames.Date,
        HeaderNames.Age,
        Hit.Key);

    public static KeyValuePair<string, StringValues>[] From(HttpResponse response) =>
        [.. response.Headers.Where(header => !NotStored.Contains(header.Key)), Hit];

    /// <summary>Those of a 304, which has no content to describe (RFC 9110, 15.4.5).</summary>
    public static KeyValuePair<string, StringValues>[] WithoutContent(KeyValuePair<string, StringValues>[] headers) =>
        [.. headers.Where(header => !header.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))];
}
