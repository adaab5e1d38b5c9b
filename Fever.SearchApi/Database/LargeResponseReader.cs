using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Fever.SearchApi.Catalog;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Fever.SearchApi.Database;

/// <summary>
/// Reads responses that are too large for <see cref="EventReader"/>: compressed while PostgreSQL sends them and
/// from one snapshot, so that no caller, however slow, holds a connection to the database.
/// </summary>
internal sealed partial class LargeResponseReader(
    EventDataSource source, IOptions<DatabaseOptions> options, TimeProvider time, ILogger<LargeResponseReader> logger) : IDisposable
{
    /// <summary>How many are read at the same time, each on a connection of its own.</summary>
    public const int MaxConcurrency = 2;

    private const int ChunkSize = 64 * 1024;

    private readonly SemaphoreSlim _connections = new(MaxConcurrency);
    private readonly ConcurrentDictionary<SearchQuery, CachedResponse> _inFlight = new();
    // A set that keeps none of them alive; only the keys matter.
    private readonly ConditionalWeakTable<GzipBody, object> _bodies = [];

    /// <summary>The response that is being read for this query, if one is.</summary>
    public CachedResponse? FindInFlight(SearchQuery query) => _inFlight.GetValueOrDefault(query);

    /// <summary>Counts the body towards <see cref="DatabaseOptions.MaxBytesInUse"/> while it is in use; <see cref="BeginAsync"/> does so for those that are read here.</summary>
    public void Track(GzipBody body) => _bodies.AddOrUpdate(body, body);

    /// <summary>Gives the response as soon as it begins, or the refusal of a range with too many events.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="withBody">False for the headers alone, with an <see cref="UnreadBody"/>.</param>
    /// <param name="onComplete">Is given the response once its body is complete; not when it breaks off.</param>
    /// <param name="deadline">Ends the wait for the beginning.</param>
    /// <exception cref="DbException">The database cannot answer.</exception>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    /// <exception cref="DatabaseBusyException">Responses in use take too much memory, or others were read all the time.</exception>
    public async Task<CachedResponse> BeginAsync(SearchQuery query, bool withBody, Action<CachedResponse> onComplete, CancellationToken deadline)
    {
        if (withBody && _bodies.Where(body => body.Key.IsInUse).Sum(body => body.Key.Size) > options.Value.MaxBytesInUse)
        {
            throw new DatabaseBusyException();
        }

        try
        {
            await _connections.WaitAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            throw new DatabaseBusyException();
        }

        var begun = new TaskCompletionSource<CachedResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = ReadAsync(query, withBody, begun, onComplete);
        return await begun.Task.WaitAsync(deadline);
    }

    public void Dispose() => _connections.Dispose();

    private ErrorBody TooManyEvents => new(
        StatusCodes.Status400BadRequest,
        string.Create(CultureInfo.InvariantCulture, $"The range has more than {options.Value.MaxEvents} events; give a narrower one with starts_at and ends_at, or read it in pages with limit."));

    private async Task ReadAsync(SearchQuery query, bool withBody, TaskCompletionSource<CachedResponse> begun, Action<CachedResponse> onComplete)
    {
        // Renewed with every chunk: the whole may take as long as it needs while it makes progress.
        using var stalled = new CancellationTokenSource(options.Value.QueryTimeout, time);
        try
        {
            await source.RunAsync(connection => ReadSnapshotAsync(connection, query, withBody, begun, onComplete, stalled), stalled.Token);
        }
        catch (Exception exception)
        {
            begun.TrySetException(exception);
        }
        finally
        {
            _connections.Release();
        }
    }

    private async Task ReadSnapshotAsync(
        NpgsqlConnection connection, SearchQuery query, bool withBody, TaskCompletionSource<CachedResponse> begun, Action<CachedResponse> onComplete, CancellationTokenSource stalled)
    {
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stalled.Token);
        var (version, hasTooMany) = await ReadHeadAsync(connection, query, stalled.Token);
        ResponseBody body = hasTooMany ? TooManyEvents : withBody ? new GzipBody() : new UnreadBody();
        var response = new CachedResponse(query, version, body, next: null, time.GetUtcNow().UtcDateTime);
        if (body is not GzipBody gzip)
        {
            begun.TrySetResult(response);
            return;
        }

        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { EventSql.For(query, limit: null) } };
        await using var rows = await batch.ExecuteReaderAsync(stalled.Token);
        Track(gzip);
        _inFlight[query] = response;
        begun.TrySetResult(response);
        if (await TryWriteAsync(gzip, rows, stalled))
        {
            onComplete(response);
        }

        _inFlight.TryRemove(new(query, response));
    }

    private async Task<(CatalogVersion Version, bool HasTooMany)> ReadHeadAsync(NpgsqlConnection connection, SearchQuery query, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new NpgsqlBatchCommand(EventSql.Version), EventSql.HasMoreThan(options.Value.MaxEvents, query) },
        };
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var version = await rows.ReadVersionAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        return (version, rows.GetBoolean(0));
    }

    /// <summary>From here on a caller may have seen the beginning: a failure breaks the response off and is not tried again.</summary>
    private async Task<bool> TryWriteAsync(GzipBody body, NpgsqlDataReader rows, CancellationTokenSource stalled)
    {
        try
        {
            using var list = new EventListWriter();
            using var gzip = new GzipBodyWriter(body);
            list.Begin();
            while (await rows.ReadAsync(stalled.Token))
            {
                list.Add(rows);
                if (list.Length >= ChunkSize)
                {
                    gzip.Write(list.Written.Span);
                    list.Clear();
                    stalled.CancelAfter(options.Value.QueryTimeout);
                }
            }

            list.End();
            gzip.Write(list.Written.Span);
            gzip.Complete();
            return true;
        }
        catch (Exception exception)
        {
            body.Fail(exception);
            Log.BrokeOff(logger, exception.GetBaseException().Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A large response broke off while it was read: {Reason}")]
        public static partial void BrokeOff(ILogger logger, string reason);
    }
}
