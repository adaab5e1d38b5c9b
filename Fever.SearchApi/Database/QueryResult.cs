using Fever.SearchApi.Catalog;
using Fever.SearchApi.Responses;

namespace Fever.SearchApi.Database;

/// <summary>What a read worker read for a query: one of the two nested types.</summary>
internal abstract record QueryResult(CatalogVersion Version)
{
    /// <summary>More events than that in one response are read by <see cref="LargeResponseReader"/>.</summary>
    public const int MaxEvents = 1000;

    public sealed record Complete(CachedResponse Response) : QueryResult(Response.Version);

    /// <summary>There are more than <see cref="MaxEvents"/>.</summary>
    public sealed record TooLarge(CatalogVersion Version) : QueryResult(Version);
}
