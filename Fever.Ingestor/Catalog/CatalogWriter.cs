using Fever.Ingestor.Database;
using Fever.Ingestor.Feeds;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Fever.Ingestor.Catalog;

/// <summary>
/// Writes one sync. Observations are staged as they arrive, outside any transaction, so that a slow provider holds
/// nothing but an idle connection; then one short transaction compares, applies and journals them all.
/// </summary>
internal sealed class CatalogWriter(CatalogDbContext db, TimeProvider time)
{
    private NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(CatalogSql.CreateStaging, [], cancellationToken);
    }

    /// <summary>Takes rows in; the first of them has the place <paramref name="firstOrdinal"/> in the feed.</summary>
    public async Task StageAsync(IReadOnlyList<EventRow> rows, int firstOrdinal, CancellationToken cancellationToken)
    {
        await using var copy = await Connection.BeginBinaryImportAsync(CatalogSql.Stage, cancellationToken);
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

    /// <summary>
    /// Applies what was staged and returns the record as written, with the counts that only the database knows.
    /// <paramref name="unreadable"/> are events whose records were there but unreadable; it is null when the feed
    /// does not tell what has vanished.
    /// </summary>
    public async Task<SyncRecord> CommitAsync(SyncRecord sync, Guid[]? unreadable, CancellationToken cancellationToken)
    {
        await ExecuteAsync(CatalogSql.AnalyzeStaging, [], cancellationToken);
        await using var transaction = await Connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(CatalogSql.LockCatalog, [], cancellationToken);
        var now = time.GetUtcNow();
        var distinct = await CountStagedAsync(cancellationToken);
        await ExecuteAsync(CatalogSql.FindChanges, [], cancellationToken);
        var changed = await ExecuteAsync(CatalogSql.ApplyChanges, [sync.Provider, now], cancellationToken);
        await ExecuteAsync(CatalogSql.JournalChanges, [sync.Id, now], cancellationToken);
        var vanished = unreadable is null
            ? 0
            : await ExecuteAsync(CatalogSql.MarkVanished, [sync.Id, now, sync.Provider, unreadable], cancellationToken);
        await ExecuteAsync(CatalogSql.BumpVersion, [now], cancellationToken);

        var written = sync with { Changed = changed, Unchanged = distinct - changed, Duplicates = sync.Read - distinct, Vanished = vanished };
        await InsertAsync(written, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return written;
    }

    /// <summary>Records a sync that wrote nothing, on a connection of its own: the sync's may be what failed.</summary>
    public async Task RecordAsync(SyncRecord sync, CancellationToken cancellationToken)
    {
        await db.Database.CloseConnectionAsync();
        await db.Database.OpenConnectionAsync(cancellationToken);
        await InsertAsync(sync, time.GetUtcNow(), cancellationToken);
    }

    private Task<int> InsertAsync(SyncRecord sync, DateTimeOffset finishedAt, CancellationToken cancellationToken) =>
        ExecuteAsync(
            CatalogSql.RecordSync,
            [
                sync.Id, sync.Provider, sync.StartedAt, finishedAt, sync.OutcomeName, sync.Error, sync.Bytes,
                sync.Read, sync.Changed, sync.Unchanged, sync.Rejected, sync.Duplicates, sync.Vanished,
            ],
            cancellationToken);

    private async Task<int> CountStagedAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CatalogSql.CountStaged, Connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<int> ExecuteAsync(string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter ?? DBNull.Value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
