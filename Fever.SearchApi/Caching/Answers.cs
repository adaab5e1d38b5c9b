using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Fever.SearchApi.Reading;
using Fever.SearchApi.Search;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Caching;

/// <summary>Where an answer was found.</summary>
internal enum Found
{
    InMemory,
    InRedis,
    InDatabase,

    /// <summary>Once, under a version that may not be the present one any more: the database is away.</summary>
    Before,

    /// <summary>Nowhere, and it does not exist.</summary>
    NotAtAll,

    /// <summary>Nowhere, but the database could not be asked.</summary>
    Unavailable,
}

/// <summary>
/// Finds the answer to a question: in this replica's memory, in Redis, in PostgreSQL. An answer is current when it is of
/// the version this replica knows; a new version makes all others old at once, and nothing is ever purged.
/// </summary>
internal sealed partial class Answers(
    AnswerMemory memory,
    SharedAnswers shared,
    EventReader reader,
    LargeAnswers large,
    CurrentCatalog catalog,
    IOptions<SearchOptions> options,
    TimeProvider time,
    ILogger<Answers> logger)
{
    private readonly SingleFlight<(CatalogVersion?, Question), (Answer?, Found)> _flights = new();
    private int _isLost;

    /// <summary>A current answer in memory: the way of most requests, without waiting for anything.</summary>
    public bool TryFind(Question question, [NotNullWhen(true)] out Answer? answer)
    {
        var version = catalog.Version;
        return memory.TryGet(question.Canonical, out answer)
            && (answer.IsSplit ? IsInMemory(question.Exact, version, out answer) : answer.Version == version);
    }

    public async Task<(Answer? Answer, Found Found)> FindAsync(Question question, CancellationToken cancellationToken)
    {
        var found = await FindOneAsync(question.Canonical, cancellationToken);
        return found.Answer is { IsSplit: true } ? await FindOneAsync(question.Exact, cancellationToken) : found;
    }

    /// <summary>What is known without it: an answer of that version or a newer one, if Redis has it, else the last one known.</summary>
    public async Task<(Answer? Answer, Found Found)> FindWithoutDatabaseAsync(Question question, long floor)
    {
        var found = await FindOneWithoutDatabaseAsync(question.Canonical, floor);
        return found.Answer is { IsSplit: true } ? await FindOneWithoutDatabaseAsync(question.Exact, floor) : found;
    }

    private async Task<(Answer? Answer, Found Found)> FindOneWithoutDatabaseAsync(Question question, long floor)
    {
        var remembered = await shared.FindAsync(question);
        var last = LastOf(question, remembered);
        return (last, last is null ? Found.Unavailable : last.Version.Version >= floor ? Found.InRedis : Found.Before);
    }

    private bool IsInMemory(Question question, CatalogVersion? version, [NotNullWhen(true)] out Answer? answer) =>
        memory.TryGet(question, out answer) && answer.Version == version;

    private Task<(Answer? Answer, Found Found)> FindOneAsync(Question question, CancellationToken cancellationToken)
    {
        var version = catalog.Version;
        if (memory.TryGet(question, out var known) && (known.Version == version || known.IsSplit))
        {
            // Those once split hardly ever agree in a later version, and to ask each by itself is never wrong.
            return Task.FromResult<(Answer?, Found)>((known, Found.InMemory));
        }

        // With the version: nobody joins a flight that began before the version he knows of was there.
        return _flights.RunAsync((version, question), () => FetchAsync(question), cancellationToken);
    }

    private async Task<(Answer?, Found)> FetchAsync(Question question)
    {
        var isAsked = shared.IsWorthAsking();
        var remembered = isAsked ? await shared.FindAsync(question) : null;
        if (remembered is not null && remembered.Version == catalog.Version)
        {
            memory.Keep(remembered);
            return (remembered, Found.InRedis);
        }

        using var deadline = new CancellationTokenSource(options.Value.QueryTimeout, time);
        try
        {
            var answer = await ReadAsync(question, deadline.Token);
            LogFound();
            return (answer, answer is null ? Found.NotAtAll : Found.InDatabase);
        }
        catch (Exception exception) when (exception is OperationCanceledException or DbException or QueueFullException)
        {
            LogLost(exception);
            var last = LastOf(question, isAsked ? remembered : await shared.FindAsync(question));
            return (last, last is null ? Found.Unavailable : Found.Before);
        }
    }

    private async Task<Answer?> ReadAsync(Question question, CancellationToken deadline)
    {
        var reading = await reader.ReadAsync(question, deadline);
        catalog.Raise(reading.Version);
        if (reading.IsTooLarge)
        {
            var begun = await large.BeginAsync(question, deadline);
            if (begun.IsSplit)
            {
                memory.Keep(begun);
            }

            return begun;
        }

        if (question.EventId is not null && reading.Count == 0)
        {
            return null;
        }

        var answer = question.IsExact || reading.IsWithin
            ? new Answer(question, reading.Version, reading.Body, reading.Next)
            : Answer.Split(question, reading.Version);
        memory.Keep(answer);
        shared.Keep(answer);
        return answer;
    }

    private Answer? LastOf(Question question, Answer? remembered) =>
        memory.TryGet(question, out var own) && !(remembered?.Version.Version > own.Version.Version) ? own : remembered;

    private void LogLost(Exception exception)
    {
        if (Interlocked.Exchange(ref _isLost, 1) == 0)
        {
            Log.Lost(logger, exception.GetBaseException().Message);
        }
    }

    private void LogFound()
    {
        if (Volatile.Read(ref _isLost) == 1 && Interlocked.Exchange(ref _isLost, 0) == 1)
        {
            Log.Found(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Searches cannot be read from the database: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Searches can be read from the database again")]
        public static partial void Found(ILogger logger);
    }
}
