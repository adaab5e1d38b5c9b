using Fever.Ingestor.Database;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Scheduling;
using Fever.Ingestor.Syncing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Operations;

/// <summary>What operators ask of the database. A filter that is null selects everything.</summary>
internal sealed class OperatorDatabase(CatalogDbContext db, ProviderSchedule schedule, IOptions<ProvidersOptions> options)
{
    private readonly string[] _configured = [.. options.Value.Providers.Select(provider => provider.Name)];

    public Task<List<ProviderStatus>> ProvidersAsync(string? name, string? after, int limit, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<ProviderStatus>(
            $"""
            SELECT name AS "Name", name = ANY ({_configured}) AS "IsConfigured",
                   CASE WHEN lease_until >= now() THEN {ProviderState.Syncing}
                        WHEN failures >= {Lease.FailuresToOpen} THEN {ProviderState.Open}
                        WHEN failures > 0 OR last_outcome IN ('partial', 'held') THEN {ProviderState.Failing}
                        WHEN last_success_at IS NULL THEN {ProviderState.New}
                        ELSE {ProviderState.Ok} END AS "State",
                   last_started_at AS "LastStartedAt", last_success_at AS "LastSuccessAt",
                   extract(epoch FROM now() - last_success_at)::float8 AS "AgeSeconds", failures AS "Failures",
                   last_outcome AS "LastOutcome", last_reason AS "LastReason", last_error AS "LastError", records AS "Records",
                   CASE WHEN lease_until >= now() THEN NULL ELSE due_at END AS "NextPollAt"
            FROM providers
            WHERE ({name}::text IS NULL OR name = {name}) AND ({after}::text IS NULL OR name COLLATE "C" > {after})
            ORDER BY name COLLATE "C" LIMIT {limit}
            """).ToListAsync(cancellationToken);

    /// <summary>Makes a provider due, and says how it was then; null when there is none of that name.</summary>
    public async Task<ProviderStatus?> RequestSyncAsync(string name, CancellationToken cancellationToken)
    {
        // In one transaction nobody can begin the sync that was asked for before its provider has been looked at.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var isKnown = await schedule.RequestAsync(name, cancellationToken);
        var provider = isKnown ? (await ProvidersAsync(name, after: null, limit: 1, cancellationToken)).Single() : null;
        await transaction.CommitAsync(cancellationToken);
        return provider;
    }

    public Task<List<SyncEntry>> SyncsAsync(string? provider, string? outcome, Place<Guid>? after, int limit, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<SyncEntry>(
            $"""
            SELECT id AS "Id", provider AS "Provider", started_at AS "StartedAt", finished_at AS "FinishedAt", outcome AS "Outcome",
                   reason AS "Reason", error AS "Error", bytes AS "Bytes", wire_bytes AS "WireBytes", read AS "Read",
                   changed AS "Changed", unchanged AS "Unchanged", rejected AS "Rejected", duplicates AS "Duplicates",
                   vanished AS "Vanished", catalog_version AS "CatalogVersion"
            FROM syncs
            WHERE ({provider}::text IS NULL OR provider = {provider}) AND ({outcome}::text IS NULL OR outcome = {outcome})
              AND ({after?.Id}::uuid IS NULL OR (started_at, id) < ({after?.At}::timestamptz, {after?.Id}::uuid))
            ORDER BY started_at DESC, id DESC LIMIT {limit}
            """).ToListAsync(cancellationToken);

    public Task<List<RejectEntry>> RejectsAsync(string? provider, Place<long>? after, int limit, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<RejectEntry>(
            $"""
            SELECT id AS "Id", provider AS "Provider", sync_id AS "SyncId", position AS "Position", base_plan_id AS "BasePlanId",
                   plan_id AS "PlanId", reason AS "Reason", raw AS "Raw", times AS "Times",
                   first_seen_at AS "FirstSeenAt", last_seen_at AS "LastSeenAt"
            FROM rejected_records
            WHERE ({provider}::text IS NULL OR provider = {provider})
              AND ({after?.Id}::bigint IS NULL OR (last_seen_at, id) < ({after?.At}::timestamptz, {after?.Id}::bigint))
            ORDER BY last_seen_at DESC, id DESC LIMIT {limit}
            """).ToListAsync(cancellationToken);
}
