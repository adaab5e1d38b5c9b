using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Fever.Ingestor.Feeds;
using Microsoft.EntityFrameworkCore;

namespace Fever.Ingestor.Syncing;

/// <summary>Ends a sync: writes its events, its bad records, its row in <c>syncs</c> and what the next poll needs, all or nothing, and ends its lease.</summary>
internal sealed class SyncCompletion(CatalogDbContext db, CatalogWriter catalog, Quarantine quarantine)
{
    /// <summary>Applies what was read, and returns the summary with the counts that only the database knows.</summary>
    /// <exception cref="LeaseLostException">Another Ingestor has the provider now; nothing was written.</exception>
    public async Task<SyncSummary> ApplyAsync(Lease lease, SyncSummary sync, ProviderUpdate update, FeedReadResult result, CancellationToken cancellationToken)
    {
        await catalog.AddAsync(result.TakeBatch(), lease.IsFirst, cancellationToken);
        // A document that broke off says nothing of what it did not get to.
        Guid[] vanished = sync.Outcome is SyncOutcome.Complete && result.Unreadable is { } unreadable
            ? await catalog.FindVanishedAsync(sync.Provider, unreadable, cancellationToken)
            : [];
        sync = sync with { Unchanged = catalog.Events, Duplicates = sync.Read - catalog.Events };
        if (!catalog.HasChanges && vanished.Length == 0)
        {
            await CompleteAsync(lease, sync, update, result.Rejects, cancellationToken);
            return sync;
        }

        await catalog.PrepareAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await quarantine.KeepAsync(sync.Provider, sync.Id, result.Rejects, cancellationToken);
        var (changed, marked) = await catalog.ApplyAsync(sync.Provider, sync.Id, vanished, cancellationToken);
        sync = sync with { Changed = changed, Unchanged = catalog.Events - changed, Vanished = marked };
        await CompleteAsync(lease, sync, update, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return sync;
    }

    /// <summary>Completes a sync that changes no event.</summary>
    /// <exception cref="LeaseLostException">Another Ingestor has the provider now; nothing was written.</exception>
    public async Task CompleteAsync(
        Lease lease, SyncSummary sync, ProviderUpdate update, IReadOnlyCollection<RejectedRecord> rejects, CancellationToken cancellationToken)
    {
        if (rejects.Count == 0)
        {
            // One statement, one round trip: for a feed that never changes this is all that a poll costs.
            await CompleteAsync(lease, sync, update, cancellationToken);
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await quarantine.KeepAsync(sync.Provider, sync.Id, rejects, cancellationToken);
        await CompleteAsync(lease, sync, update, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Records a sync whose lease is not this Ingestor's to end.</summary>
    public Task RecordAsync(SyncSummary sync, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO syncs (id, provider, started_at, finished_at, outcome, reason, error, fence, catalog_version,
                           bytes, wire_bytes, read, changed, unchanged, rejected, duplicates, vanished)
        SELECT {sync.Id}, {sync.Provider}, {sync.StartedAt}, clock_timestamp(), {sync.OutcomeName}, {sync.Reason}, {ErrorOf(sync)}, {sync.FencingToken}, version,
               {sync.Bytes}, {sync.WireBytes}, {sync.Read}, {sync.Changed}, {sync.Unchanged}, {sync.Rejected}, {sync.Duplicates}, {sync.Vanished}
        FROM catalog
        """,
        cancellationToken);

    private async Task CompleteAsync(Lease lease, SyncSummary sync, ProviderUpdate update, CancellationToken cancellationToken)
    {
        var rows = await db.Database.ExecuteSqlAsync(
            $"""
            WITH completed AS (
                UPDATE providers
                SET lease_owner = NULL, lease_until = NULL, failures = {update.Failures},
                    due_at = CASE WHEN requested_at > last_started_at THEN now()
                                  ELSE greatest(now(), CASE WHEN {update.IsFromStart} THEN last_started_at ELSE now() END + {update.Delay}) END,
                    last_success_at = CASE WHEN {sync.IsSuccess} THEN last_started_at ELSE last_success_at END,
                    last_outcome = {sync.OutcomeName}, last_reason = {sync.Reason}, last_error = {ErrorOf(sync)},
                    source = {update.Source}, etag = {update.ETag}, last_modified = {update.LastModified}, body_hash = {update.BodyHash},
                    records = {update.Records}, read_at = {update.ReadAt}
                WHERE name = {lease.Name} AND fence = {lease.FencingToken}
                RETURNING name)
            INSERT INTO syncs (id, provider, started_at, finished_at, outcome, reason, error, fence, catalog_version,
                               bytes, wire_bytes, read, changed, unchanged, rejected, duplicates, vanished)
            SELECT {sync.Id}, name, {sync.StartedAt}, clock_timestamp(), {sync.OutcomeName}, {sync.Reason}, {ErrorOf(sync)}, {sync.FencingToken}, version,
                   {sync.Bytes}, {sync.WireBytes}, {sync.Read}, {sync.Changed}, {sync.Unchanged}, {sync.Rejected}, {sync.Duplicates}, {sync.Vanished}
            FROM completed, catalog
            """,
            cancellationToken);
        if (rows == 0)
        {
            throw new LeaseLostException(lease);
        }
    }

    private static string? ErrorOf(SyncSummary sync) => sync.Error is { } error ? error.ReplaceInvalid() : null;
}
