using System.Data.Common;
using Fever.SearchApi.Caching;
using Fever.SearchApi.Search;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Fever.SearchApi.Reading;

/// <summary>
/// Reads answers of more events than fit into memory well: straight into a file, as fast as PostgreSQL gives them and
/// from one snapshot, so that no caller, however slow, holds a connection.
/// </summary>
internal sealed partial class LargeAnswers(
    EventSource source, AnswerMemory memory, IOptions<SearchOptions> options, ILogger<LargeAnswers> logger) : IDisposable
{
    /// <summary>How many are read at the same time, each on a connection of its own.</summary>
    public const int MaxAtOnce = 2;

    private const int ChunkSize = 64 * 1024;

    private readonly SemaphoreSlim _turns = new(MaxAtOnce);

    /// <summary>Gives the answer as soon as it begins; one for canonical questions whose answers differ is split.</summary>
    /// <exception cref="DbException">The database cannot answer.</exception>
    /// <exception cref="OperationCanceledException">The deadline has passed, for example while others have their turn.</exception>
    public async Task<Answer> BeginAsync(Question question, CancellationToken deadline)
    {
        await _turns.WaitAsync(deadline);
        var begun = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = ReadAsync(question, begun);
        return await begun.Task.WaitAsync(deadline);
    }

    public void Dispose() => _turns.Dispose();

    private async Task ReadAsync(Question question, TaskCompletionSource<Answer> begun)
    {
        // Renewed with every chunk: the whole may take as long as it needs, as long as it goes on.
        using var silence = new CancellationTokenSource(options.Value.QueryTimeout);
        try
        {
            await source.RunAsync(connection => ReadAsync(connection, question, begun, silence), silence.Token);
        }
        catch (Exception exception)
        {
            begun.TrySetException(exception);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task ReadAsync(NpgsqlConnection connection, Question question, TaskCompletionSource<Answer> begun, CancellationTokenSource silence)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new NpgsqlBatchCommand(EventQuery.Version), EventQuery.ForBorder(question), EventQuery.For(question, limit: null) },
        };
        await using var rows = await batch.ExecuteReaderAsync(silence.Token);
        await rows.ReadAsync(silence.Token);
        var version = new CatalogVersion(rows.GetInt64(0), rows.GetDateTime(1));
        await rows.NextResultAsync(silence.Token);
        await rows.ReadAsync(silence.Token);
        if (!question.IsExact && rows.GetBoolean(0))
        {
            begun.TrySetResult(Answer.Split(question, version));
            return;
        }

        await rows.NextResultAsync(silence.Token);
        var answer = new Answer(question, version, [], next: null, new Spool());
        memory.Keep(answer);
        begun.TrySetResult(answer);
        await WriteAsync(answer, rows, silence);
    }

    /// <summary>From here on somebody may have seen the beginning: a failure is the answer's, not to be tried again.</summary>
    private async Task WriteAsync(Answer answer, NpgsqlDataReader rows, CancellationTokenSource silence)
    {
        var spool = answer.Large!;
        try
        {
            using var writer = new AnswerWriter();
            writer.Begin();
            while (await rows.ReadAsync(silence.Token))
            {
                writer.Add(rows);
                if (writer.Written.Length >= ChunkSize)
                {
                    await AppendAsync(spool, writer, silence);
                }
            }

            writer.End();
            await AppendAsync(spool, writer, silence);
            spool.Complete();
            memory.Keep(answer);
        }
        catch (Exception exception)
        {
            memory.Forget(answer);
            spool.Complete(exception);
            Log.BrokeOff(logger, exception.GetBaseException().Message);
        }
    }

    private async Task AppendAsync(Spool spool, AnswerWriter writer, CancellationTokenSource silence)
    {
        await spool.AppendAsync(writer.Written, silence.Token);
        writer.Clear();
        silence.CancelAfter(options.Value.QueryTimeout);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A large answer broke off while it was made: {Reason}")]
        public static partial void BrokeOff(ILogger logger, string reason);
    }
}
