namespace Fever.SearchApi.Catalog;

/// <summary>The newest version of the catalog that this replica has seen in its database; null until it has seen one.</summary>
internal sealed class CurrentCatalog(TimeProvider time)
{
    private CatalogVersion? _version;
    private long _confirmedAt;

    public CatalogVersion? Version => Volatile.Read(ref _version);

    /// <summary>How long ago the database last said that this is its version.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _confirmedAt));

    /// <summary>Takes a version that was read along with events. An older one is ignored: the read may have begun a while ago.</summary>
    public void Observe(CatalogVersion version)
    {
        while (Version is var known && (known is null || known.Number < version.Number))
        {
            if (TryReplace(known, version))
            {
                Volatile.Write(ref _confirmedAt, time.GetTimestamp());
            }
        }
    }

    /// <summary>
    /// Takes what a poll read. An older version means that the database was replaced, but only if none was observed since
    /// the poll began: otherwise the poll has missed a change that a later read has seen.
    /// </summary>
    /// <param name="polled">What the poll read.</param>
    /// <param name="before">The version known when the poll began.</param>
    public void Confirm(CatalogVersion polled, CatalogVersion? before)
    {
        if (TryReplace(before, polled) || polled == Version)
        {
            Volatile.Write(ref _confirmedAt, time.GetTimestamp());
        }
        else
        {
            Observe(polled);
        }
    }

    private bool TryReplace(CatalogVersion? known, CatalogVersion version) => Interlocked.CompareExchange(ref _version, version, known) == known;
}
