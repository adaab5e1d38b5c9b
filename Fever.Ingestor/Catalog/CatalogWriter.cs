using Fever.Ingestor.Database;
using Fever.Ingestor.Feeds;
using NpgsqlTypes;

namespace Fever.Ingestor.Catalog;

/// <summary>
/// Writes what one feed changes; a new instance for each. Observations are compared with the catalog while the feed is
/// read, outside any transaction, and only those that differ are staged. Only their application holds the catalog's lock.
/// </summary>
internal sealed class CatalogWriter(CatalogDbContext db)
{
    private readonly Dictionary<Guid, (bool IsOnline, bool IsStaged)> _seen = [];
    private readonly List<(int Ordinal, StagedEvent Event)> _changed = [];
    private int _read;
    private bool _isStaging;

    /// <summary>Events observed so far, each once.</summary>
    public int Events => _seen.Count;

    /// <summary>Whether anything was observed that differs from the catalog.</summary>
    public bool HasChanges => _isStaging || _changed.Count > 0;

    /// <summary>Compares observations with the catalog, and stages those that the last call found to differ.</summary>
    /// <param name="batch">In the order of the feed.</param>
    /// <param name="isFirst">Whether to stage all without comparing, because the catalog most likely has nothing of the provider.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task AddAsync(IReadOnlyList<StagedEvent> batch, bool isFirst, CancellationToken cancellationToken)
    {
        await StageAsync(cancellationToken);
        var different = isFirst ? null : await FindDifferentAsync(batch, cancellationToken);
        foreach (var (index, row) in batch.Index())
        {
            var ordinal = _read++;
            _seen.TryGetValue(row.Id, out var earlier);
            // Of a plan that a feed lists twice the last record counts, but one that is online before any that is not.
            if (earlier.IsOnline && row.Observation.SellMode != SellMode.Online)
            {
                continue;
            }

            // One that is as in the catalog is staged too when an earlier record of its plan was not.
            var isStaged = earlier.IsStaged || different?.Contains(index) != false;
            _seen[row.Id] = (row.Observation.SellMode == SellMode.Online, isStaged);
            if (isStaged)
            {
                _changed.Add((ordinal, row));
            }
        }
    }

    /// <summary>The provider's events that the feed does not list any more.</summary>
    /// <param name="provider">Its name.</param>
    /// <param name="unreadable">Events whose records are there but could not be read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Guid[]> FindVanishedAsync(string provider, Guid[] unreadable, CancellationToken cancellationToken)
    {
        await using var command = await db.CommandAsync(CatalogSql.FindVanished, [provider, _seen.Keys.Concat(unreadable).ToArray()], cancellationToken);
        return (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Stages what is still in memory; before the transaction, so that it does not hold the lock.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await StageAsync(cancellationToken);
        if (_isStaging)
        {
            await db.ExecuteAsync(CatalogSql.AnalyzeStaging, [], cancellationToken);
            await db.ExecuteAsync(CatalogSql.KeepKnownPrices, [], cancellationToken);
        }
    }

    /// <summary>Applies and journals the changes, within the caller's transaction, which then holds the catalog's lock.</summary>
    /// <returns>How many events have changed and how many have vanished.</returns>
    public async Task<(int Changed, int Vanished)> ApplyAsync(string provider, Guid sync, Guid[] vanished, CancellationToken cancellationToken)
    {
        await db.ExecuteAsync(CatalogSql.LockCatalog, [], cancellationToken);
        // After the lock: changes are dated in the order in which they become visible.
        var now = await db.ScalarAsync<DateTime>("SELECT clock_timestamp()", [], cancellationToken);
        var changed = 0;
        if (_isStaging)
        {
            await db.ExecuteAsync(CatalogSql.FindChanges, [], cancellationToken);
            changed = await db.ExecuteAsync(CatalogSql.ApplyChanges, [provider, now], cancellationToken);
            await db.ExecuteAsync(CatalogSql.JournalChanges, [sync, now, provider], cancellationToken);
        }

        var marked = vanished.Length == 0 ? 0 : await db.ExecuteAsync(CatalogSql.MarkVanished, [sync, now, provider, vanished], cancellationToken);
        if (changed > 0)
        {
            await db.ExecuteAsync(CatalogSql.BumpVersion, [], cancellationToken);
        }

        return (changed, marked);
    }

    /// <returns>The indexes of those that differ from the catalog.</returns>
    private async Task<HashSet<int>> FindDifferentAsync(IReadOnlyList<StagedEvent> batch, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. batch.Select(row => row.Id)];
        byte[][] fingerprints = [.. batch.Select(row => row.Fingerprint)];
        await using var command = await db.CommandAsync(CatalogSql.FindDifferent, [ids, fingerprints], cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var different = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            different.Add((int)reader.GetInt64(0) - 1);
        }

        return different;
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        if (_changed.Count == 0)
        {
            return;
        }

        if (!_isStaging)
        {
            await db.ExecuteAsync(CatalogSql.CreateStaging, [], cancellationToken);
            _isStaging = true;
        }

        var connection = await db.OpenAsync(cancellationToken);
        await using var copy = await connection.BeginBinaryImportAsync(CatalogSql.Stage, cancellationToken);
        foreach (var (ordinal, row) in _changed)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(ordinal, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(row.Observation.Plan.BasePlanId, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Observation.Plan.PlanId, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Observation.Title, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Observation.Start, NpgsqlDbType.Timestamp, cancellationToken);
            await copy.WriteAsync(row.Observation.End, NpgsqlDbType.Timestamp, cancellationToken);
            await copy.WriteAsync(row.StartsAt, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(row.EndsAt, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(row.Observation.MinPrice, NpgsqlDbType.Numeric, cancellationToken);
            await copy.WriteAsync(row.Observation.MaxPrice, NpgsqlDbType.Numeric, cancellationToken);
            await copy.WriteAsync(row.Observation.SellMode == SellMode.Online ? "online" : "offline", NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Fingerprint, NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(row.Observation.ArePricesUnknown, NpgsqlDbType.Boolean, cancellationToken);
            await copy.WriteAsync(row.Observation.OrganizerCompanyId, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Observation.SellFrom, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Observation.SellTo, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Observation.SoldOut, NpgsqlDbType.Text, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
        _changed.Clear();
    }
}
