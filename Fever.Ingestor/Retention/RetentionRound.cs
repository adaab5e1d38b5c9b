using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Retention;

/// <summary>One round of keeping the tables small, in batches that each lock little and briefly. Rounds of several Ingestors do the same work once.</summary>
internal sealed class RetentionRound(CatalogDbContext db, IOptions<RetentionOptions> options)
{
    // Through the index on starts: whatever ended before a moment started before it. Never-published events are in no one's way.
    private const string Archive =
        """
        UPDATE events SET is_archived = true
        WHERE NOT is_archived AND id IN (
            SELECT id FROM events
            WHERE NOT is_archived AND first_online_at IS NOT NULL AND starts_at < now() - $2 AND ends_at < now() - $2
            ORDER BY starts_at, id LIMIT $1)
        """;

    // The fence counts a provider's syncs: how many there are is known from the oldest one, without counting them.
    private const string TooManySyncs =
        """SELECT name AS "Value" FROM providers p WHERE fence - (SELECT fence FROM syncs WHERE provider = p.name ORDER BY started_at LIMIT 1) >= {0}""";

    private const string TooManyRejects = """SELECT provider AS "Value" FROM rejected_records GROUP BY provider HAVING count(*) > {0}""";

    private readonly RetentionOptions _options = options.Value;

    /// <summary>Rows moved or dropped.</summary>
    internal sealed record Result(int Archived, int Changes, int Rejects, int Syncs)
    {
        public bool IsNothing => this is { Archived: 0, Changes: 0, Rejects: 0, Syncs: 0 };
    }

    public async Task<Result> RunAsync(CancellationToken cancellationToken) => new(
        await ArchiveAsync(cancellationToken),
        await PruneJournalAsync(cancellationToken),
        await PruneAsync("rejected_records", "last_seen_at", _options.PruneRejectsAfter, TooManyRejects, cancellationToken),
        await PruneAsync("syncs", "started_at", _options.PruneSyncsAfter, TooManySyncs, cancellationToken));

    private Task<int> ArchiveAsync(CancellationToken cancellationToken) => _options.ArchiveEventsAfter is not { } age
        ? Task.FromResult(0)
        : InBatchesAsync(async () =>
        {
            // Under the lock of all writers: a sync would fail if a row moved to another partition under its hands.
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await db.ExecuteAsync(CatalogSql.LockCatalog, [], cancellationToken);
            var rows = await db.ExecuteAsync(Archive, [_options.BatchSize, age], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return rows;
        });

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
            total += await db.ExecuteAsync(JournalSql.Prune, [id, Math.Min(id + _options.BatchSize, last), age], cancellationToken);
        }

        return total;
    }

    /// <summary>Drops what is too old, and then what a provider has beyond the bound.</summary>
    private async Task<int> PruneAsync(string table, string time, TimeSpan age, string tooMany, CancellationToken cancellationToken)
    {
        var total = await DropAsync($"{time} < now() - $2", age);
        foreach (var provider in await db.Database.SqlQueryRaw<string>(tooMany, _options.MaxRowsPerProvider).ToListAsync(cancellationToken))
        {
            total += await DropAsync(
                $"provider = $2 AND {time} < (SELECT {time} FROM {table} WHERE provider = $2 ORDER BY {time} DESC OFFSET $3 LIMIT 1)",
                provider, _options.MaxRowsPerProvider - 1);
        }

        return total;

        // The oldest first, through an index. Rows that a sync is writing wait for the next round: waiting for them here could be a deadlock.
        Task<int> DropAsync(string due, params object[] parameters) => InBatchesAsync(() => db.ExecuteAsync(
            $"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {due} ORDER BY {time} LIMIT $1 FOR UPDATE SKIP LOCKED)",
            [_options.BatchSize, .. parameters],
            cancellationToken));
    }

    private async Task<int> InBatchesAsync(Func<Task<int>> batch)
    {
        var total = 0;
        int rows;
        do
        {
            rows = await batch();
            total += rows;
        }
        while (rows == _options.BatchSize);

        return total;
    }
}
