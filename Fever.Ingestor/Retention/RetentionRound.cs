using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Retention;

/// <summary>One round of keeping the hot tables small, in batches that each lock little and briefly. Rounds of several Ingestors do the same work once.</summary>
internal sealed class RetentionRound(CatalogDbContext db, IOptions<RetentionOptions> options)
{
    // Through the index on starts: whatever ended before a moment started before it. Never-published events are in no one's way.
    private const string Archive =
        """
        UPDATE events SET is_archived = true
        WHERE NOT is_archived AND id IN (
            SELECT id FROM events
            WHERE NOT is_archived AND first_online_at IS NOT NULL AND starts_at < now() - $1 AND ends_at < now() - $1
            ORDER BY starts_at, id LIMIT $2)
        """;

    private const string PruneRejects =
        "DELETE FROM rejected_records WHERE id IN (SELECT id FROM rejected_records WHERE last_seen_at < now() - $1 ORDER BY last_seen_at LIMIT $2)";

    private const string PruneSyncs =
        "DELETE FROM syncs WHERE id IN (SELECT id FROM syncs WHERE started_at < now() - $1 ORDER BY started_at LIMIT $2)";

    private readonly RetentionOptions _options = options.Value;

    /// <summary>Rows moved or dropped.</summary>
    internal sealed record Result(int Archived, int Changes, int Rejects, int Syncs);

    public async Task<Result> RunAsync(CancellationToken cancellationToken) => new(
        await InBatchesAsync(Archive, _options.ArchiveEventsAfter, cancellationToken),
        await PruneJournalAsync(cancellationToken),
        await InBatchesAsync(PruneRejects, _options.PruneRejectsAfter, cancellationToken),
        await InBatchesAsync(PruneSyncs, _options.PruneSyncsAfter, cancellationToken));

    private async Task<int> InBatchesAsync(string sql, TimeSpan? age, CancellationToken cancellationToken)
    {
        if (age is null)
        {
            return 0;
        }

        var total = 0;
        int rows;
        do
        {
            rows = await LockedAsync(sql, [age, _options.BatchSize], cancellationToken);
            total += rows;
        }
        while (rows == _options.BatchSize);

        return total;
    }

    private async Task<int> PruneJournalAsync(CancellationToken cancellationToken)
    {
        if (_options.PruneJournalAfter is not { } age)
        {
            return 0;
        }

        var total = 0;
        var last = await db.ScalarAsync<long>(JournalSql.PruneUpTo, [age], cancellationToken);
        for (long id = 0; id < last; id += _options.BatchSize)
        {
            total += await LockedAsync(JournalSql.Prune, [id, Math.Min(id + _options.BatchSize, last), age], cancellationToken);
        }

        return total;
    }

    // Under the lock of all writers: a sync would fail if a row moved to the archive under its hands.
    private async Task<int> LockedAsync(string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.ExecuteAsync(CatalogSql.LockCatalog, [], cancellationToken);
        var rows = await db.ExecuteAsync(sql, parameters, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return rows;
    }
}
