using Fever.Ingestor.Database;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Scheduling;
using Fever.Ingestor.Syncing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Operations;

/// <summary>What operators ask of the database. A filter that is null selects everything.</summary>
internal sealed class OperatorQueries(CatalogDbContext db, ProviderSchedule schedule, IOptions<ProvidersOptions> options)
{
    // The order of the bytes, whatever the database's own collation is.
    private const string ByteOrder = "C";

    private static readonly string Partial = SyncOutcome.Partial.ToSnakeCase();
    private static readonly string Held = SyncOutcome.Held.ToSnakeCase();

    private readonly string[] _configured = [.. options.Value.Providers.Select(provider => provider.Name)];

    public IQueryable<ProviderStatus> Providers(string? after)
    {
        var rows = after is null ? db.Providers : db.Providers.Where(row => string.Compare(EF.Functions.Collate(row.Name, ByteOrder), after) > 0);
        return Statuses(rows.OrderBy(row => EF.Functions.Collate(row.Name, ByteOrder)));
    }

    /// <summary>Makes a provider due, and returns how it was then; null when there is none of that name.</summary>
    public async Task<ProviderStatus?> RequestSyncAsync(string name, CancellationToken cancellationToken)
    {
        // In one transaction no Ingestor can begin the sync that was asked for before its provider has been looked at.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await schedule.RequestAsync(name, cancellationToken);
        var provider = await Statuses(db.Providers.Where(row => row.Name == name)).SingleOrDefaultAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return provider;
    }

    public IQueryable<SyncRow> Syncs(string? provider, string? outcome, ListCursor<Guid>? after)
    {
        var rows = db.Syncs.Where(row => (provider == null || row.Provider == provider) && (outcome == null || row.Outcome == outcome));
        if (after is var (at, id))
        {
            rows = rows.Where(row => EF.Functions.LessThan(ValueTuple.Create(row.StartedAt, row.Id), ValueTuple.Create(at, id)));
        }

        return rows.OrderByDescending(row => row.StartedAt).ThenByDescending(row => row.Id);
    }

    public IQueryable<RejectRow> Rejects(string? provider, ListCursor<long>? after)
    {
        var rows = db.Rejects.Where(row => provider == null || row.Provider == provider);
        if (after is var (at, id))
        {
            rows = rows.Where(row => EF.Functions.LessThan(ValueTuple.Create(row.LastSeenAt, row.Id), ValueTuple.Create(at, id)));
        }

        return rows.OrderByDescending(row => row.LastSeenAt).ThenByDescending(row => row.Id);
    }

    private IQueryable<ProviderStatus> Statuses(IQueryable<ProviderRow> rows) => rows.Select(row => new ProviderStatus(
        row.Name,
        row.LeaseUntil >= CatalogDbContext.Now() ? ProviderState.Syncing
            : row.Failures >= Lease.FailuresToOpen ? ProviderState.Open
            : row.Failures > 0 || row.LastOutcome == Partial || row.LastOutcome == Held ? ProviderState.Failing
            : row.LastSuccessAt == null ? ProviderState.New : ProviderState.Ok,
        _configured.Contains(row.Name),
        row.LastStartedAt,
        row.LastSuccessAt,
        row.LastSuccessAt == null ? null : (CatalogDbContext.Now() - row.LastSuccessAt.Value).TotalSeconds,
        row.Failures,
        row.LastOutcome,
        row.LastReason,
        row.LastError,
        row.Records,
        row.LeaseUntil >= CatalogDbContext.Now() ? null : row.DueAt));
}
