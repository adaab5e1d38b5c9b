using Fever.Ingestor.Database;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;
using Microsoft.EntityFrameworkCore;

namespace Fever.Ingestor.Syncing;

/// <summary>One sync of one provider, from fetch to commit.</summary>
internal sealed class ProviderSync(ProviderClient client, FeedReader feeds, SyncCompletion completion, CatalogDbContext db, SyncReport report, TimeProvider time)
{
    /// <summary>Throws only when the host is stopping: whatever else goes wrong, losing the lease on the way too, costs this poll alone.</summary>
    public async Task RunAsync(ProviderOptions provider, Lease lease, CancellationToken leaseLost, CancellationToken stopping)
    {
        using var span = IngestorTracing.Source.StartActivity("sync")?.SetTag("provider", provider.Name);
        var began = time.GetTimestamp();
        var sync = new SyncSummary(Guid.CreateVersion7(lease.StartedAt), provider.Name, lease.StartedAt, lease.FencingToken);
        Exception? defect = null;
        try
        {
            sync = await SyncAsync(provider, lease, sync, leaseLost);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            (sync, defect) = Failure(sync, leaseLost.IsCancellationRequested ? new LeaseLostException(lease) : exception);
            await TryCompleteAsync(provider, lease, sync, stopping);
        }

        report.Write(sync, time.GetElapsedTime(began), span, defect);
    }

    private async Task<SyncSummary> SyncAsync(ProviderOptions provider, Lease lease, SyncSummary sync, CancellationToken cancellationToken)
    {
        ProviderResponse response;
        try
        {
            using var phase = report.Begin(provider.Name, "fetch");
            response = await client.GetAsync(provider, lease.ValidatorsFor(provider), lease.IsProbe, cancellationToken);
        }
        catch (FeedException fault)
        {
            sync = sync with { Outcome = SyncOutcome.Failed, Reason = fault.Fault.ToSnakeCase(), Error = fault.Message };
            await completion.CompleteAsync(lease, sync, Update(provider, lease, sync, fault.RetryAfter, feed: null), [], cancellationToken);
            return sync;
        }

        await using (response)
        {
            if (response.UnchangedReason is { } reason)
            {
                sync = sync with { Outcome = SyncOutcome.Unchanged, Reason = reason.ToSnakeCase() };
                await completion.CompleteAsync(lease, sync, Update(provider, lease, sync, response, lease.BodyHash), [], cancellationToken);
                return sync;
            }

            FeedReadResult result;
            using (report.Begin(provider.Name, "read"))
            {
                result = await feeds.ReadAsync(response.Body, response.Charset, provider, lease.IsFirst, cancellationToken);
            }

            using (report.Begin(provider.Name, "write"))
            {
                return await WriteAsync(provider, lease, sync, response, result, cancellationToken);
            }
        }
    }

    private async Task<SyncSummary> WriteAsync(
        ProviderOptions provider, Lease lease, SyncSummary sync, ProviderResponse response, FeedReadResult result, CancellationToken cancellationToken)
    {
        sync = sync with { Bytes = response.Bytes, WireBytes = response.CompressedBytes };
        if (result.Fault is null && lease.Knows(provider) && result.BodyHash.AsSpan().SequenceEqual(lease.BodyHash))
        {
            sync = sync with { Outcome = SyncOutcome.Unchanged, Reason = SyncReason.SameBody };
            await completion.CompleteAsync(lease, sync, Update(provider, lease, sync, response, lease.BodyHash), [], cancellationToken);
            return sync;
        }

        var (outcome, reason, error) = result.DetermineOutcome(lease);
        sync = sync with { Outcome = outcome, Reason = reason, Error = error, Read = result.Read, Rejected = result.Rejected };
        // The freshness of a body that broke off says nothing of its rest.
        var update = result.Fault is null
            ? Update(provider, lease, sync, response, result.BodyHash)
            : Update(provider, lease, sync, wanted: null, feed: null);
        if (outcome is not (SyncOutcome.Failed or SyncOutcome.Held))
        {
            return await completion.ApplyAsync(lease, sync, update, result, cancellationToken);
        }

        await completion.CompleteAsync(lease, sync, update, result.Rejects, cancellationToken);
        return sync;
    }

    private static ProviderUpdate Update(ProviderOptions provider, Lease lease, SyncSummary sync, ProviderResponse response, byte[]? bodyHash) =>
        Update(provider, lease, sync, response.MaxAge, new KnownFeed(response.Validators, bodyHash));

    private static ProviderUpdate Update(ProviderOptions provider, Lease lease, SyncSummary sync, TimeSpan? wanted, KnownFeed? feed) =>
        ProviderUpdate.After(provider, lease, sync, wanted, feed, Random.Shared.NextDouble());

    /// <summary>A database that is away explains itself in one line; what is neither its fault nor a lost lease is a defect of ours.</summary>
    private static (SyncSummary Sync, Exception? Defect) Failure(SyncSummary sync, Exception exception)
    {
        var fault = CatalogDbContext.FaultOf(exception) ?? exception;
        var reason = fault switch
        {
            LeaseLostException => SyncReason.LeaseLost,
            Npgsql.NpgsqlException => SyncReason.Database,
            _ => SyncReason.Defect,
        };
        sync = sync with { Outcome = SyncOutcome.Failed, Reason = reason, Error = fault.Message };
        return (sync, reason == SyncReason.Defect ? exception : null);
    }

    /// <summary>On a connection of its own: the sync's may be what failed.</summary>
    private async Task TryCompleteAsync(ProviderOptions provider, Lease lease, SyncSummary sync, CancellationToken cancellationToken)
    {
        try
        {
            await db.Database.CloseConnectionAsync();
            await (sync.Reason == SyncReason.LeaseLost
                ? completion.RecordAsync(sync, cancellationToken)
                : completion.CompleteAsync(lease, sync, Update(provider, lease, sync, wanted: null, feed: null), [], cancellationToken));
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away: the log line that follows is all there can be, and the lease expires.
        }
    }
}
