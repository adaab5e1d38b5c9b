using Fever.Ingestor.Database;
using Microsoft.EntityFrameworkCore;

namespace Fever.Ingestor.Catalog;

/// <summary>Puts <c>events</c> right from the journal alone, in one transaction, while searches and syncs go on.</summary>
internal sealed class JournalReplay(CatalogDbContext db)
{
    /// <param name="Events">That the journal knows.</param>
    /// <param name="Repaired">Those of them that were missing or different.</param>
    /// <param name="Unknown">Events that the journal does not know, which were left alone.</param>
    internal sealed record Result(long Events, int Repaired, long Unknown);

    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await db.OpenAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.ExecuteAsync(CatalogSql.LockCatalog, [], cancellationToken);
        await db.ExecuteAsync(JournalSql.Replay, [], cancellationToken);
        var repaired = await db.ExecuteAsync(JournalSql.Repair, [], cancellationToken);
        if (repaired > 0)
        {
            await db.ExecuteAsync(JournalSql.BumpVersion, [], cancellationToken);
        }

        var result = new Result(
            await db.ScalarAsync<long>(JournalSql.Count, [], cancellationToken), repaired,
            await db.ScalarAsync<long>(JournalSql.CountUnknown, [], cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
