using Fever.Ingestor.Database;
using Microsoft.EntityFrameworkCore;

namespace Fever.Ingestor.Catalog;

/// <summary>
/// Puts <c>events</c> right from the journal alone, while searches and syncs go on. Replaying and comparing take minutes
/// and hold no lock; the repair holds the catalog's lock, and leaves out events that were changed meanwhile, which then
/// get another turn.
/// </summary>
internal sealed class JournalReplay(CatalogDbContext db)
{
    /// <param name="Events">That the journal knows.</param>
    /// <param name="Repaired">Those of them that were missing or different.</param>
    /// <param name="Unknown">Events that the journal does not know, which were left alone.</param>
    internal sealed record Result(long Events, int Repaired, long Unknown);

    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await db.OpenAsync(cancellationToken);
        var (repaired, outdated) = (0, 0);
        long events;
        do
        {
            await db.ExecuteAsync(JournalSql.DropReplay, [], cancellationToken);
            await db.ExecuteAsync(JournalSql.Replay, [], cancellationToken);
            events = await db.ScalarAsync<long>(JournalSql.Count, [], cancellationToken);
            await db.ExecuteAsync(JournalSql.DropEqual, [], cancellationToken);
            (var rows, outdated) = await RepairAsync(cancellationToken);
            repaired += rows;
        }
        while (outdated > 0);

        return new Result(events, repaired, await db.ScalarAsync<long>(JournalSql.CountUnknown, [], cancellationToken));
    }

    private async Task<(int Repaired, int Outdated)> RepairAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.ExecuteAsync(CatalogSql.LockCatalog, [], cancellationToken);
        var outdated = await db.ExecuteAsync(JournalSql.DropOutdated, [], cancellationToken);
        var repaired = await db.ExecuteAsync(JournalSql.Repair, [], cancellationToken);
        if (repaired > 0)
        {
            await db.ExecuteAsync(JournalSql.BumpVersion, [], cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return (repaired, outdated);
    }
}
