using Fever.Ingestor.Database;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Syncing;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace Fever.Ingestor.Catalog;

/// <summary>
/// Writes one sync. Observations are staged as they arrive, outside any transaction, so that a slow provider holds
/// nothing but an idle connection; then one short transaction compares, applies and journals them all.
/// </summary>
internal sealed class CatalogWriter(CatalogDbContext db, Quarantine quarantine, ProviderSchedule schedule)
{
    private bool _isStaging;

    /// <summary>Moves what the reading holds into the staging table.</summary>
    public async Task StageAsync(FeedReading reading, CancellationToken cancellationToken)
    {
        if (!_isStaging)
        {
            await db.ExecuteAsync(CatalogSql.CreateStaging, [], cancellationToken);
            _isStaging = true;
        }

        if (reading.Unstaged is not [])
        {
            await CopyAsync(reading.Unstaged, reading.Read - reading.Unstaged.Count, cancellationToken);
            reading.Unstaged.Clear();
        }
    }

    /// <summary>Applies what was read, ends the claim, and returns the record with the counts that only the database knows.</summary>
    /// <exception cref="LeaseLostException">Another Ingestor has the provider now; nothing was written.</exception>
    public async Task<SyncRecord> CommitAsync(
        Claim claim, SyncRecord sync, Settlement settlement, FeedReading reading, CancellationToken cancellationToken)
    {
        await StageAsync(reading, cancellationToken);
        await db.ExecuteAsync(CatalogSql.AnalyzeStaging, [], cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.ExecuteAsync(CatalogSql.LockCatalog, [], cancellationToken);
        var (distinct, now) = await CountStagedAsync(cancellationToken);
        await db.ExecuteAsync(CatalogSql.FindChanges, [], cancellationToken);
        var changed = await db.ExecuteAsync(CatalogSql.ApplyChanges, [sync.Provider, now], cancellationToken);
        await db.ExecuteAsync(CatalogSql.JournalChanges, [sync.Id, now, sync.Provider], cancellationToken);

        // A document that broke off says nothing of what it did not get to.
        var vanished = sync.Outcome is SyncOutcome.Complete && reading.Unreadable is { } unreadable
            ? await db.ExecuteAsync(CatalogSql.MarkVanished, [sync.Id, now, sync.Provider, unreadable], cancellationToken)
            : 0;
        await db.ExecuteAsync(CatalogSql.BumpVersion, [], cancellationToken);

        var written = sync with { Changed = changed, Unchanged = distinct - changed, Duplicates = sync.Read - distinct, Vanished = vanished };
        await quarantine.KeepAsync(sync, reading.Rejects, cancellationToken);
        await schedule.SettleAsync(claim, written, settlement, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return written;
    }

    /// <summary>Ends the claim of a sync that changes no event.</summary>
    /// <exception cref="LeaseLostException">Another Ingestor has the provider now; nothing was written.</exception>
    public async Task SettleAsync(
        Claim claim, SyncRecord sync, Settlement settlement, IReadOnlyCollection<RejectedRecord> rejects, CancellationToken cancellationToken)
    {
        if (rejects.Count == 0)
        {
            // One statement, one round trip: for a feed that never changes this is all that a poll costs.
            await schedule.SettleAsync(claim, sync, settlement, cancellationToken);
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await quarantine.KeepAsync(sync, rejects, cancellationToken);
        await schedule.SettleAsync(claim, sync, settlement, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task CopyAsync(List<StagedEvent> rows, int firstOrdinal, CancellationToken cancellationToken)
    {
        var connection = await db.OpenAsync(cancellationToken);
        await using var copy = await connection.BeginBinaryImportAsync(CatalogSql.Stage, cancellationToken);
        foreach (var (index, row) in rows.Index())
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(firstOrdinal + index, NpgsqlDbType.Integer, cancellationToken);
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
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private async Task<(int Distinct, DateTime Now)> CountStagedAsync(CancellationToken cancellationToken)
    {
        await using var command = await db.CommandAsync(CatalogSql.CountStaged, [], cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), reader.GetDateTime(1));
    }
}
