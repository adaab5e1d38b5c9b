using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Fever.Ingestor.Feeds;
using Microsoft.EntityFrameworkCore;

namespace Fever.Ingestor.Syncing;

/// <summary>
/// The schedule that all Ingestors share, in the table <c>providers</c>. By the database's clock alone: those of the
/// machines may differ.
/// </summary>
internal sealed class ProviderSchedule(CatalogDbContext db)
{
    /// <summary>Makes providers known; what is known of them already stays.</summary>
    public Task RegisterAsync(string[] names, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"INSERT INTO providers (name) SELECT unnest({names}) ON CONFLICT DO NOTHING", cancellationToken);

    /// <summary>
    /// Takes up to <paramref name="limit"/> providers that are due, those that have waited longest first. A lease that
    /// ran out was not given back: its holder died, which counts as a failure lest a feed that kills goes on killing.
    /// </summary>
    public async Task<IReadOnlyList<Claim>> ClaimAsync(string owner, string[] names, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        await db.Database.SqlQuery<Claim>(
            $"""
            UPDATE providers p
            SET lease_owner = {owner}, lease_until = now() + {lease}, fence = fence + 1, last_started_at = now(),
                failures = failures + CASE WHEN lease_until IS NULL THEN 0 ELSE 1 END
            FROM (SELECT name FROM providers
                  WHERE name = ANY ({names}) AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
                  ORDER BY due_at LIMIT {limit} FOR UPDATE SKIP LOCKED) due
            WHERE p.name = due.name
            RETURNING p.name AS "Name", fence AS "Fence", now() AS "StartedAt", failures AS "Failures", source AS "Source", etag AS "ETag",
                      last_modified AS "LastModified", body_hash AS "BodyHash", records AS "Records", read_at AS "ReadAt"
            """).ToListAsync(cancellationToken);

    /// <summary>False when the lease is another's by now.</summary>
    public async Task<bool> RenewAsync(Claim claim, TimeSpan lease, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"UPDATE providers SET lease_until = now() + {lease} WHERE name = {claim.Name} AND fence = {claim.Fence}",
            cancellationToken) == 1;

    /// <summary>Gives providers back unsynced: they stay due, for whoever is next.</summary>
    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"UPDATE providers SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = {owner}", cancellationToken);

    /// <summary>Makes a provider due now; one that is being synced will be synced once more. False when there is none of that name.</summary>
    public async Task<bool> RequestAsync(string name, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"UPDATE providers SET due_at = now(), requested_at = now() WHERE name = {name}", cancellationToken) == 1;

    /// <summary>Ends a claim and records its sync, in one statement.</summary>
    /// <exception cref="LeaseLostException">The provider is another's by now: nothing of the sync may be kept.</exception>
    public async Task SettleAsync(Claim claim, SyncRecord sync, Settlement end, CancellationToken cancellationToken)
    {
        var isSuccess = sync.Outcome is SyncOutcome.Complete or SyncOutcome.Unchanged or SyncOutcome.Empty;
        object?[] settled =
        [
            claim.Name, claim.Fence, isSuccess, end.IsFromStart, end.Delay,
            end.Source, end.ETag, end.LastModified, end.BodyHash, end.Records, end.ReadAt,
        ];
        if (await db.ExecuteAsync(ScheduleSql.Settle, [.. settled, .. Row(sync)], cancellationToken) == 0)
        {
            throw new LeaseLostException(claim);
        }
    }

    /// <summary>Records a sync whose claim is not this Ingestor's to end.</summary>
    public Task RecordAsync(SyncRecord sync, CancellationToken cancellationToken) =>
        db.ExecuteAsync(ScheduleSql.Record, Row(sync), cancellationToken);

    private static object?[] Row(SyncRecord sync) =>
    [
        sync.Id, sync.Provider, sync.StartedAt, sync.OutcomeName, sync.Reason, sync.Error is { } error ? FeedText.Storable(error) : null, sync.Bytes, sync.WireBytes,
        sync.Read, sync.Changed, sync.Unchanged, sync.Rejected, sync.Duplicates, sync.Vanished, sync.Fence,
    ];
}
