namespace Fever.SearchApi.Caching;

/// <summary>
/// Which catalogue an answer was made from. The moment tells apart two databases that count through the same
/// versions, such as one restored from a backup, while answers from both are still in Redis.
/// </summary>
internal sealed record CatalogVersion(long Version, DateTime ChangedAt);

/// <summary>The version this replica last saw in the database; null until it has seen one.</summary>
internal sealed class CurrentCatalog
{
    private volatile CatalogVersion? _version;

    public CatalogVersion? Version
    {
        get => _version;
        set => _version = value;
    }
}
