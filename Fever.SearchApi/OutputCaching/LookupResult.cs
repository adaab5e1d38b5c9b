using Fever.SearchApi.Responses;

namespace Fever.SearchApi.OutputCaching;

/// <summary>Where a fresh response was found.</summary>
internal enum CacheTier
{
    Memory,
    Redis,

    /// <summary>In no cache: it was read from PostgreSQL.</summary>
    None,
}

/// <summary>What a lookup found: one of the three nested types.</summary>
internal abstract record LookupResult
{
    public sealed record Fresh(CachedResponse Response, CacheTier Tier) : LookupResult;

    /// <summary>The last known response: the database cannot say whether there is a newer one.</summary>
    public sealed record Stale(CachedResponse Response) : LookupResult;

    /// <summary>There is no response, and the database cannot be read.</summary>
    public sealed record Unavailable : LookupResult;
}
