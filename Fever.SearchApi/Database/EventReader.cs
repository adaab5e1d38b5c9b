using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using Fever.SearchApi.Catalog;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Fever.SearchApi.Telemetry;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Fever.SearchApi.Database;

/// <summary>
/// Reads responses from PostgreSQL with a few workers, each on a connection of its own. Queries that arrive while all
/// workers are busy share the next round trip and one snapshot. Under light load a query travels alone and waits for
/// nothing; the higher the load, the less each query costs.
/// </summary>
internal sealed class EventReader(EventDataSource source, SearchMetrics metrics, IOptions<DatabaseOptions> options, TimeProvider time) : BackgroundService
{
    /// <summary>Responses of more events than that are left to <see cref="LargeResponseReader"/>.</summary>
    private const int MaxEvents = 1000;

    private const int MaxBatch = 64;

    // More than the workers can read before the deadlines pass.
    private const int MaxWaiting = 10_000;

    private readonly Channel<PendingQuery> _queries = Channel.CreateBounded<PendingQuery>(MaxWaiting);

    /// <summary>Gives the response, with an <see cref="UnreadBody"/> when it is for <see cref="LargeResponseReader"/>.</summary>
    /// <exception cref="DbException">The database cannot answer.</exception>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    /// <exception cref="DatabaseBusyException">More queries wait than the workers can read in time.</exception>
    public Task<CachedResponse> ReadAsync(SearchQuery query, CancellationToken deadline)
    {
        var pending = new PendingQuery(query, deadline);
        return _queries.Writer.TryWrite(pending) ? pending.Task.WaitAsync(deadline) : throw new DatabaseBusyException();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.ReadWorkers).Select(_ => RunWorkerAsync(stoppingToken)));

    private async Task RunWorkerAsync(CancellationToken stoppingToken)
    {
        using var writer = new EventListWriter();
        while (await _queries.Reader.WaitToReadAsync(stoppingToken))
        {
            if (TakeBatch() is { Count: > 0 } batch)
            {
                await ReadBatchAsync(batch, writer, stoppingToken);
            }
        }
    }

    private List<PendingQuery> TakeBatch()
    {
        var batch = new List<PendingQuery>();
        while (batch.Count < MaxBatch && _queries.Reader.TryRead(out var pending))
        {
            if (!pending.IsExpired)
            {
                batch.Add(pending);
            }
        }

        return batch;
    }

    /// <summary>Completes each of them, with its response or the failure.</summary>
    private async Task ReadBatchAsync(List<PendingQuery> batch, EventListWriter writer, CancellationToken stoppingToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        timeout.CancelAfter(options.Value.QueryTimeout);
        using var span = SearchActivities.Start(SearchActivities.Read, batch.Find(pending => pending.Parent != default)?.Parent ?? default, batch.Count);
        metrics.Read(batch.Count);
        var responses = new List<CachedResponse>(batch.Count);
        Exception? failure = null;
        try
        {
            await source.RunAsync(connection => ExecuteBatchAsync(connection, batch, responses, writer, timeout.Token), timeout.Token);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // The callers continue one after the other on one thread, while the worker reads the next batch: waking a thread
        // for each would cost more than what they have left to do.
        ThreadPool.UnsafeQueueUserWorkItem(_ => CompleteAll(batch, responses, failure), null);
    }

    private static void CompleteAll(List<PendingQuery> batch, List<CachedResponse> responses, Exception? failure)
    {
        for (var number = 0; number < batch.Count; number++)
        {
            if (number < responses.Count)
            {
                batch[number].TrySetResult(responses[number]);
            }
            else
            {
                batch[number].TrySetException(failure!);
            }
        }
    }

    private async Task ExecuteBatchAsync(
        NpgsqlConnection connection, List<PendingQuery> batch, List<CachedResponse> responses, EventListWriter writer, CancellationToken cancellationToken)
    {
        responses.Clear();
        await using var commands = new NpgsqlBatch(connection);
        commands.BatchCommands.Add(new NpgsqlBatchCommand(EventSql.Version));
        foreach (var pending in batch)
        {
            commands.BatchCommands.Add(EventSql.For(pending.Query, MaxRows(pending.Query)));
        }

        await using var rows = await commands.ExecuteReaderAsync(cancellationToken);
        var version = await rows.ReadVersionAsync(cancellationToken);
        foreach (var pending in batch)
        {
            await rows.NextResultAsync(cancellationToken);
            responses.Add(await ReadResponseAsync(pending.Query, version, rows, writer, cancellationToken));
        }
    }

    /// <summary>One more than wanted tells whether there are more.</summary>
    private static int MaxRows(SearchQuery query) => (query.Limit == 0 ? MaxEvents : query.Limit) + 1;

    private async Task<CachedResponse> ReadResponseAsync(
        SearchQuery query, CatalogVersion version, NpgsqlDataReader rows, EventListWriter writer, CancellationToken cancellationToken)
    {
        var count = 0;
        PageCursor? last = null;
        writer.Begin();
        for (; await rows.ReadAsync(cancellationToken); count++)
        {
            if (count + 1 == MaxRows(query))
            {
                return query.Limit == 0 ? Response(new UnreadBody()) : Response(ListBody(), last);
            }

            last = new PageCursor(EventRow.StartsAt(rows), EventRow.IdOf(rows));
            writer.Add(rows);
        }

        return query.EventId is not null && count == 0
            ? Response(new ErrorBody(StatusCodes.Status404NotFound, "There is no event with this id."))
            : Response(ListBody());

        CachedResponse Response(ResponseBody body, PageCursor? next = null) => new(query, version, body, next, time.GetUtcNow().UtcDateTime);

        PlainBody ListBody()
        {
            writer.End();
            return new PlainBody(writer.Written.ToArray());
        }
    }

    /// <summary>A query that waits for a worker, and the task of its response.</summary>
    private sealed class PendingQuery(SearchQuery query, CancellationToken deadline) : TaskCompletionSource<CachedResponse>
    {
        public SearchQuery Query => query;

        /// <summary>The span of the request that asked.</summary>
        public ActivityContext Parent { get; } = Activity.Current?.Context ?? default;

        /// <summary>The deadline has passed: nobody waits for the response any more.</summary>
        public bool IsExpired => deadline.IsCancellationRequested;
    }
}

/// <summary>The database, or the memory for large responses, has more to do than it can in time.</summary>
internal sealed class DatabaseBusyException() : Exception("too many searches are waiting for the database");
