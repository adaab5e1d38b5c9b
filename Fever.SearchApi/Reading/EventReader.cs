using System.Data.Common;
using System.Threading.Channels;
using Fever.SearchApi.Caching;
using Fever.SearchApi.Search;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Fever.SearchApi.Reading;

/// <summary>
/// Reads answers from PostgreSQL in a few lanes, each a connection. Questions that come in while all of them are under
/// way travel together in the next round trip, in one snapshot. When there is little to do a question travels alone and
/// waits for nothing; the more there are, the less each costs.
/// </summary>
internal sealed class EventReader(EventSource source, SearchMetrics metrics, IOptions<SearchOptions> options) : BackgroundService
{
    private const int MaxBatch = 64;

    // More than the lanes can read before those who ask give up.
    private const int MaxWaiting = 10_000;

    private readonly Channel<PendingQuestion> _questions = Channel.CreateBounded<PendingQuestion>(MaxWaiting);

    /// <exception cref="DbException">The database cannot answer.</exception>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    /// <exception cref="QueueFullException">More questions wait than the lanes could read in time.</exception>
    public Task<EventReading> ReadAsync(Question question, CancellationToken deadline)
    {
        var pending = new PendingQuestion(question, deadline);
        return _questions.Writer.TryWrite(pending) ? pending.Task.WaitAsync(deadline) : throw new QueueFullException();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Lanes).Select(_ => DriveAsync(stoppingToken)));

    private async Task DriveAsync(CancellationToken stoppingToken)
    {
        using var writer = new AnswerWriter();
        while (await _questions.Reader.WaitToReadAsync(stoppingToken))
        {
            await ReadAsync(Take(), writer, stoppingToken);
        }
    }

    private List<PendingQuestion> Take()
    {
        var batch = new List<PendingQuestion>();
        while (batch.Count < MaxBatch && _questions.Reader.TryRead(out var pending))
        {
            if (!pending.IsTooLate)
            {
                batch.Add(pending);
            }
        }

        return batch;
    }

    /// <summary>Answers or fails each of them; never throws but when the service stops.</summary>
    private async Task ReadAsync(List<PendingQuestion> batch, AnswerWriter writer, CancellationToken stoppingToken)
    {
        if (batch.Count == 0)
        {
            return;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        timeout.CancelAfter(options.Value.QueryTimeout);
        using var span = SearchTelemetry.Start(SearchTelemetry.ReadSpan, batch.Find(pending => pending.Asked != default)?.Asked ?? default, batch.Count);
        metrics.Read(batch.Count);
        var readings = new List<EventReading>(batch.Count);
        Exception? failure = null;
        try
        {
            await source.RunAsync(connection => ReadAsync(connection, batch, readings, writer, timeout.Token), timeout.Token);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // Those who asked go on one after the other on one thread, while the lane travels again: to wake a thread for each
        // would cost more than what is left to do.
        ThreadPool.UnsafeQueueUserWorkItem(_ => Answer(batch, readings, failure), null);
    }

    private static void Answer(List<PendingQuestion> batch, List<EventReading> readings, Exception? failure)
    {
        for (var number = 0; number < batch.Count; number++)
        {
            if (number < readings.Count)
            {
                batch[number].TrySetResult(readings[number]);
            }
            else
            {
                batch[number].TrySetException(failure!);
            }
        }
    }

    private static async Task ReadAsync(NpgsqlConnection connection, List<PendingQuestion> batch, List<EventReading> readings, AnswerWriter writer, CancellationToken cancellationToken)
    {
        readings.Clear();
        await using var commands = new NpgsqlBatch(connection);
        commands.BatchCommands.Add(new NpgsqlBatchCommand(EventQuery.Version));
        foreach (var pending in batch)
        {
            commands.BatchCommands.Add(EventQuery.For(pending.Question, MostRows(pending.Question)));
        }

        await using var rows = await commands.ExecuteReaderAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        var version = new CatalogVersion(rows.GetInt64(0), rows.GetDateTime(1));
        foreach (var pending in batch)
        {
            await rows.NextResultAsync(cancellationToken);
            readings.Add(await ReadAsync(pending.Question, version, rows, writer, cancellationToken));
        }
    }

    /// <summary>One more than wanted tells whether there are more.</summary>
    private static int MostRows(Question question) => (question.Limit == 0 ? EventReading.MaxEvents : question.Limit) + 1;

    private static async Task<EventReading> ReadAsync(
        Question question, CatalogVersion version, NpgsqlDataReader rows, AnswerWriter writer, CancellationToken cancellationToken)
    {
        var (count, isWithin) = (0, true);
        Cursor? last = null;
        Cursor? next = null;
        writer.Begin();
        while (await rows.ReadAsync(cancellationToken))
        {
            var startsAt = EventRow.StartsAt(rows);
            isWithin &= question.EventId is not null || question.Range.Contains(startsAt, EventRow.EndsAt(rows));
            if (++count > question.Limit && question.Limit > 0)
            {
                next = last;
                break;
            }

            last = new Cursor(startsAt, EventRow.IdOf(rows));
            writer.Add(rows);
        }

        writer.End();
        var isTooLarge = question.Limit == 0 && count > EventReading.MaxEvents;
        return new EventReading(version, isTooLarge ? [] : writer.Written.ToArray(), count, next, isWithin);
    }
}

/// <summary>The database has more to do than it can in time.</summary>
internal sealed class QueueFullException() : Exception("too many searches are waiting for the database");
