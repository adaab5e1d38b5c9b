using Fever.SearchApi.Catalog;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;

namespace Fever.SearchApi.Tests;

/// <summary>A query, a version and responses for tests that need no server.</summary>
internal static class SampleResponses
{
    public static readonly CatalogVersion CurrentVersion = new(26, new DateTime(2021, 6, 30, 0, 0, 0, DateTimeKind.Utc), TimeResolution: 60);
    public static readonly SearchQuery Query = new(new TimeRange(new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc), null));
    public static readonly DateTime CreatedAt = new(2021, 7, 1, 0, 0, 0, DateTimeKind.Utc);

    public static CachedResponse Response(ResponseBody body, PageCursor? next = null) => new(Query, CurrentVersion, body, next, CreatedAt);

    public static async Task<byte[]> CopyAsync(GzipBody body, ContentCoding coding)
    {
        using var copy = new MemoryStream();
        await body.CopyToAsync(copy, coding, CancellationToken.None);
        return copy.ToArray();
    }
}
