namespace Fever.SearchApi.Caching;

/// <summary>The newest version this replica has seen in the database; null until it has seen one.</summary>
internal sealed class CurrentCatalog
{
    private CatalogVersion? _version;

    public CatalogVersion? Version => Volatile.Read(ref _version);

    /// <summary>What the poller read; it may be older when the database was replaced.</summary>
    public void Set(CatalogVersion version) => Volatile.Write(ref _version, version);

    /// <summary>What was read along with events, perhaps a while ago.</summary>
    public void Raise(CatalogVersion version)
    {
        while (Version is var known && (known is null || known.Version < version.Version))
        {
            if (Interlocked.CompareExchange(ref _version, version, known) == known)
            {
                return;
            }
        }
    }
}
