using System.Data.Common;
using System.Globalization;
using Fever.SearchApi.Caching;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Fever.SearchApi.Search;

/// <summary>Makes the body of an answer from the database, once for all callers that want the same at the same time.</summary>
internal sealed partial class SearchAnswers(
    IServiceScopeFactory scopes,
    CurrentCatalog catalog,
    IOutputCacheStore store,
    IConfiguration configuration,
    IOptions<SearchOptions> options,
    IOptions<CachingOptions> caching,
    TimeProvider time,
    ILogger<SearchAnswers> logger)
{
    private readonly SingleFlight<(CatalogVersion?, TimeRange), byte[]?> _flights = new();

    // Without a version in it the key must say whose answer it is: Redis may serve several databases.
    private readonly string _database = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ReadOnlyDatabase.ConnectionName)).Database ?? "";
    private int _isLost;

    /// <returns>The UTF-8 body, or null when the database cannot answer at the moment.</returns>
    public Task<byte[]?> FindAsync(TimeRange range, CancellationToken cancellationToken) =>
        // The version is part of the key so that nobody joins a query that began before the version it knows of
        // was published: the answer would be cached under a version newer than its data.
        _flights.RunAsync((catalog.Version, range), () => ReadAsync(range), cancellationToken);

    /// <returns>What was last answered to this range, under whatever version; null when nothing is remembered.</returns>
    public ValueTask<byte[]?> FindLastAsync(TimeRange range, CancellationToken cancellationToken) =>
        store.GetAsync(LastKey(range), cancellationToken);

    private async Task<byte[]?> ReadAsync(TimeRange range)
    {
        using var timeout = new CancellationTokenSource(options.Value.QueryTimeout, time);
        try
        {
            // The driver is told to stop; with a server that hangs it may take longer than callers should wait.
            var body = await QueryAsync(range, timeout.Token).WaitAsync(timeout.Token);
            await store.SetAsync(LastKey(range), body, tags: null, caching.Value.LastAnswerLifetime, CancellationToken.None);
            if (Interlocked.Exchange(ref _isLost, 0) == 1)
            {
                Log.Found(logger);
            }

            return body;
        }
        catch (Exception exception) when (IsUnavailability(exception))
        {
            if (Interlocked.Exchange(ref _isLost, 1) == 0)
            {
                Log.Lost(logger, exception.GetBaseException().Message);
            }

            return null;
        }
    }

    private string LastKey(TimeRange range) =>
        string.Create(CultureInfo.InvariantCulture, $"last:{_database}:{range.From?.Ticks}-{range.To?.Ticks}");

    private async Task<byte[]> QueryAsync(TimeRange range, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SearchDbContext>();
        try
        {
            return await QueryAsync(db, range, cancellationToken);
        }
        catch (Exception exception) when (ErrorOf(exception) is { IsTransient: true })
        {
            // A pooled connection dies unseen when the server restarts, and the others of the pool with it.
            NpgsqlConnection.ClearPool((NpgsqlConnection)db.Database.GetDbConnection());
            return await QueryAsync(db, range, cancellationToken);
        }
    }

    private static async Task<byte[]> QueryAsync(SearchDbContext db, TimeRange range, CancellationToken cancellationToken)
    {
        var events = await SearchQuery.Find(db, range).ToListAsync(cancellationToken);
        return new SearchAnswer(new EventList(events)).ToUtf8Bytes();
    }

    private static bool IsUnavailability(Exception exception) =>
        exception is OperationCanceledException || ErrorOf(exception) is not null;

    // EF Core wraps what it takes for transient in an InvalidOperationException.
    private static DbException? ErrorOf(Exception exception) => exception as DbException ?? exception.InnerException as DbException;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Searches cannot be read from the database: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Searches can be read from the database again")]
        public static partial void Found(ILogger logger);
    }
}
