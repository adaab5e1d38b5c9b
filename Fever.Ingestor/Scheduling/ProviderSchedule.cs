using Fever.Ingestor.Database;
using Fever.Ingestor.Syncing;
using Microsoft.EntityFrameworkCore;

namespace Fever.Ingestor.Scheduling;

/// <summary>
/// The schedule that all Ingestors share, in the table <c>providers</c>. Only the database's clock counts: those of the
/// machines may differ.
/// </summary>
internal sealed class ProviderSchedule(CatalogDbContext db)
{
    /// <summary>Makes providers known; what is known of them already stays.</summary>
    public Task RegisterAsync(string[] names, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"INSERT INTO providers (name) SELECT unnest({names}) ON CONFLICT DO NOTHING", cancellationToken);

    /// <summary>
    /// Leases up to <paramref name="limit"/> providers that are due, those that have waited longest first. A lease that
    /// expired was not given back, because its holder died or hung. That counts as a failure and is waited out like one,
    /// from 30 seconds to an hour: otherwise a feed that kills or hangs its Ingestor would go on doing so at once.
    /// </summary>
    public async Task<IReadOnlyList<Lease>> AcquireAsync(string owner, string[] names, int limit, TimeSpan duration, CancellationToken cancellationToken) =>
        await db.Database.SqlQuery<Lease>(
            $"""
            WITH expired AS (
                UPDATE providers
                SET lease_owner = NULL, lease_until = NULL, failures = failures + 1,
                    due_at = now() + least(interval '30 seconds' * 2 ^ least(failures, 10), interval '1 hour'),
                    last_outcome = {SyncSummary.NameOf(SyncOutcome.Failed)}, last_reason = {SyncReason.LeaseExpired},
                    last_error = 'the Ingestor that had the lease did not renew it: it has died or hangs'
                WHERE name = ANY ({names}) AND lease_until < now())
            UPDATE providers p
            SET lease_owner = {owner}, lease_until = now() + {duration}, fence = fence + 1, last_started_at = now()
            FROM (SELECT name FROM providers
                  WHERE name = ANY ({names}) AND due_at <= now() AND lease_until IS NULL
                  ORDER BY due_at LIMIT {limit} FOR UPDATE SKIP LOCKED) due
            WHERE p.name = due.name
            RETURNING p.name AS "Name", fence AS "FencingToken", now() AS "StartedAt", failures AS "Failures", source AS "Source", etag AS "ETag",
                      last_modified AS "LastModified", body_hash AS "BodyHash", records AS "Records", read_at AS "ReadAt"
            """).ToListAsync(cancellationToken);

    /// <summary>False when the lease is another's by now, or has ended.</summary>
    public async Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"UPDATE providers SET lease_until = now() + {duration} WHERE name = {lease.Name} AND fence = {lease.FencingToken} AND lease_until IS NOT NULL",
            cancellationToken) == 1;

    /// <summary>Gives providers back unsynced: they stay due, for whoever is next.</summary>
    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"UPDATE providers SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = {owner}", cancellationToken);

    /// <summary>Makes a provider due now; one that is being synced will be synced once more. False when there is none of that name.</summary>
    public async Task<bool> RequestAsync(string name, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"UPDATE providers SET due_at = now(), requested_at = now() WHERE name = {name}", cancellationToken) == 1;
}
