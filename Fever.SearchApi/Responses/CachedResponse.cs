using Fever.SearchApi.Catalog;
using Fever.SearchApi.Queries;

namespace Fever.SearchApi.Responses;

/// <summary>
/// A response, ready to be sent, and the catalog version it was made from. While the catalog has that version it is fresh;
/// afterwards it is stale.
/// </summary>
/// <param name="query">The canonical query that it answers.</param>
/// <param name="version">The version of the catalog that its events were read from.</param>
/// <param name="body">Its body.</param>
/// <param name="next">Where the next page begins; null when there is none.</param>
/// <param name="createdAt">When it was made, UTC.</param>
internal sealed class CachedResponse(SearchQuery query, CatalogVersion version, ResponseBody body, PageCursor? next, DateTime createdAt)
{
    // The objects around a body take about this many bytes.
    private const int Overhead = 512;

    private readonly string?[] _tags = new string?[3];

    public SearchQuery Query => query;

    public CatalogVersion Version => version;

    public ResponseBody Body => body;

    public PageCursor? Next => next;

    public DateTime CreatedAt => createdAt;

    /// <summary>Bytes that it takes in memory.</summary>
    public long Size => Overhead + body.Size;

    /// <summary>Whether it is to be written to Redis: not when Redis has it or is about to, and never an error.</summary>
    public bool NeedsRedisWrite { get; set; } = body is not ErrorBody;

    public string TagFor(ContentCoding coding) => _tags[(int)coding] ??= new EntityTag(query, version).For(coding);
}
