using System.Data.Common;
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
    private const int MaxBatch = 64;

    // More than the workers can read before the deadlines pass.
    private const int MaxWaiting = 10_000;

    private readonly Channel<PendingQuery> _queries = Channel.CreateBounded<PendingQuery>(MaxWaiting);

    /// <exception cref="DbException">The database cannot answer.</exception>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    /// <exception cref="DatabaseBusyException">More queries wait than the workers can read in time.</exception>
    public Task<QueryResult> ReadAsync(SearchQuery query, CancellationToken deadline)
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
                await AnswerBatchAsync(batch, writer, stoppingToken);
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

    /// <summary>Completes each of them, with a result or the failure.</summary>
    private async Task AnswerBatchAsync(List<PendingQuery> batch, EventListWriter writer, CancellationToken stoppingToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        timeout.CancelAfter(options.Value.QueryTimeout);
        using var span = SearchActivities.Start(SearchActivities.Read, batch.Find(pending => pending.Parent != default)?.Parent ?? default, batch.Count);
        metrics.Read(batch.Count);
        var results = new List<QueryResult>(batch.Count);
        Exception? failure = null;
        try
        {
            await source.RunAsync(connection => ExecuteBatchAsync(connection, batch, results, writer, timeout.Token), timeout.Token);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // The callers continue one after the other on one thread, while the worker reads the next batch: waking a thread
        // for each would cost more than what they have left to do.
        ThreadPool.UnsafeQueueUserWorkItem(_ => CompleteAll(batch, results, failure), null);
    }

    private static void CompleteAll(List<PendingQuery> batch, List<QueryResult> results, Exception? failure)
    {
        for (var number = 0; number < batch.Count; number++)
        {
            if (number < results.Count)
            {
                batch[number].TrySetResult(results[number]);
            }
            else
            {
                batch[number].TrySetException(failure!);
            }
        }
    }

    private async Task ExecuteBatchAsync(
        NpgsqlConnection connection, List<PendingQuery> batch, List<QueryResult> results, EventListWriter writer, CancellationToken cancellationToken)
    {
        results.Clear();
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
            results.Add(await ReadResultAsync(pending.Query, version, rows, writer, cancellationToken));
        }
    }

    /// <summary>One more than wanted tells whether there are more.</summary>
    private static int MaxRows(SearchQuery query) => (query.Limit == 0 ? QueryResult.MaxEvents : query.Limit) + 1;

    private async Task<QueryResult> ReadResultAsync(
        SearchQuery query, CatalogVersion version, NpgsqlDataReader rows, EventListWriter writer, CancellationToken cancellationToken)
    {
        var count = 0;
        PageCursor? last = null;
        writer.Begin();
        for (; await rows.ReadAsync(cancellationToken); count++)
        {
            if (count + 1 == MaxRows(query))
            {
                return query.Limit == 0 ? new QueryResult.TooLarge(version) : Complete(last);
            }

            last = new PageCursor(EventRow.StartsAt(rows), EventRow.IdOf(rows));
            writer.Add(rows);
        }

        return Complete(next: null);

        QueryResult.Complete Complete(PageCursor? next)
        {
            writer.End();
            ResponseBody body = query.EventId is not null && count == 0
                ? new ErrorBody(StatusCodes.Status404NotFound, "There is no event with this id.")
                : new PlainBody(writer.Written.ToArray());
            return new(new CachedResponse(query, version, body, next, time.GetUtcNow().UtcDateTime));
        }
    }
}
