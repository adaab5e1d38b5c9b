using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;
using Microsoft.EntityFrameworkCore;

namespace Fever.Ingestor.Syncing;

/// <summary>One sync of one provider, from fetch to commit.</summary>
internal sealed class ProviderSync(
    ProviderClient client, FeedReader feeds, CatalogWriter catalog, ProviderSchedule schedule, CatalogDbContext db, SyncReport report, TimeProvider time)
{
    /// <summary>Throws only when the host is stopping: whatever else goes wrong, losing the lease on the way too, costs this poll alone.</summary>
    public async Task RunAsync(ProviderOptions provider, Claim claim, CancellationToken leaseLost, CancellationToken stopping)
    {
        using var span = IngestorTracing.Source.StartActivity("sync")?.SetTag("provider", provider.Name);
        var began = time.GetTimestamp();
        var sync = new SyncRecord(Guid.CreateVersion7(claim.StartedAt), provider.Name, claim.StartedAt, claim.Fence);
        Exception? defect = null;
        try
        {
            sync = await SyncAsync(provider, claim, sync, leaseLost);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            (sync, defect) = Failure(sync, leaseLost.IsCancellationRequested ? new LeaseLostException(claim) : exception);
            await TrySettleAsync(provider, claim, sync, stopping);
        }

        report.Write(sync, time.GetElapsedTime(began), span, defect);
    }

    private async Task<SyncRecord> SyncAsync(ProviderOptions provider, Claim claim, SyncRecord sync, CancellationToken cancellationToken)
    {
        FeedResponse response;
        try
        {
            using var phase = report.Begin(provider.Name, "fetch");
            response = await client.GetAsync(provider, claim.ValidatorsFor(provider), claim.IsProbe, cancellationToken);
        }
        catch (FeedException fault)
        {
            sync = sync with { Outcome = SyncOutcome.Failed, Reason = Names.Of(fault.Fault), Error = fault.Message };
            return await SettleAsync(provider, claim, sync, fault.RetryAfter, cancellationToken);
        }

        await using (response)
        {
            if (response.UnchangedBecause is { } reason)
            {
                sync = sync with { Outcome = SyncOutcome.Unchanged, Reason = reason };
                return await SettleAsync(provider, claim, sync, response, [], cancellationToken);
            }

            FeedReading reading;
            using (report.Begin(provider.Name, "read"))
            {
                reading = await feeds.ReadAsync(response.Body, provider, cancellationToken);
            }

            return await WriteAsync(provider, claim, sync, response, reading, cancellationToken);
        }
    }

    private async Task<SyncRecord> WriteAsync(
        ProviderOptions provider, Claim claim, SyncRecord sync, FeedResponse response, FeedReading reading, CancellationToken cancellationToken)
    {
        using var phase = report.Begin(provider.Name, "write");
        sync = sync with { Bytes = response.Bytes, WireBytes = response.CompressedBytes };
        if (reading.Fault is null && claim.Knows(provider) && reading.BodyHash.AsSpan().SequenceEqual(claim.BodyHash))
        {
            sync = sync with { Outcome = SyncOutcome.Unchanged, Reason = SyncReason.SameBody };
            return await SettleAsync(provider, claim, sync, response, [], cancellationToken);
        }

        var (outcome, reason, error) = reading.Judge(claim);
        sync = sync with { Outcome = outcome, Reason = reason, Error = error, Read = reading.Read, Rejected = reading.Rejected };
        if (outcome is SyncOutcome.Failed or SyncOutcome.Suspicious)
        {
            return await SettleAsync(provider, claim, sync, response, reading.Rejects, cancellationToken);
        }

        var feed = new KnownFeed(response.Validators, reading.BodyHash);
        var settlement = Settlement.Of(provider, claim, sync, response.MaxAge, feed, Random.Shared.NextDouble());
        return await catalog.CommitAsync(claim, sync, settlement, reading, cancellationToken);
    }

    /// <summary>Ends a sync that changes no event, by what was answered.</summary>
    private async Task<SyncRecord> SettleAsync(
        ProviderOptions provider, Claim claim, SyncRecord sync, FeedResponse response, IReadOnlyCollection<RejectedRecord> rejects, CancellationToken cancellationToken)
    {
        var feed = new KnownFeed(response.Validators, claim.BodyHash);
        var settlement = Settlement.Of(provider, claim, sync, response.MaxAge, feed, Random.Shared.NextDouble());
        await catalog.SettleAsync(claim, sync, settlement, rejects, cancellationToken);
        return sync;
    }

    /// <summary>Ends a sync without an answer.</summary>
    private async Task<SyncRecord> SettleAsync(ProviderOptions provider, Claim claim, SyncRecord sync, TimeSpan? asked, CancellationToken cancellationToken)
    {
        var settlement = Settlement.Of(provider, claim, sync, asked, feed: null, Random.Shared.NextDouble());
        await catalog.SettleAsync(claim, sync, settlement, [], cancellationToken);
        return sync;
    }

    /// <summary>A database that is away explains itself in one line; what is neither its fault nor a lost lease is a defect of ours.</summary>
    private static (SyncRecord Sync, Exception? Defect) Failure(SyncRecord sync, Exception exception)
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
    private async Task TrySettleAsync(ProviderOptions provider, Claim claim, SyncRecord sync, CancellationToken cancellationToken)
    {
        try
        {
            await db.Database.CloseConnectionAsync();
            if (sync.Reason == SyncReason.LeaseLost)
            {
                await schedule.RecordAsync(sync, cancellationToken);
                return;
            }

            await SettleAsync(provider, claim, sync, asked: null, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away: the log line that follows is all there can be, and the lease will run out.
        }
    }
}
