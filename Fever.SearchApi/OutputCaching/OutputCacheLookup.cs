using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Fever.SearchApi.Catalog;
using Fever.SearchApi.Database;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.OutputCaching;

/// <summary>
/// Finds the response to a query: in this replica's memory, in Redis, in PostgreSQL. A response is fresh while its version
/// is the one this replica knows; a new version makes all others stale at once, and nothing is ever purged.
/// </summary>
internal sealed partial class OutputCacheLookup(
    MemoryTier memory,
    RedisTier redis,
    EventReader reader,
    LargeResponseReader largeReader,
    CurrentCatalog catalog,
    CatalogPoller poller,
    IOptions<DatabaseOptions> options,
    TimeProvider time,
    ILogger<OutputCacheLookup> logger)
{
    private readonly SingleFlight<(CatalogVersion?, SearchQuery, bool), LookupResult> _flights = new();
    private int _isDatabaseLost;

    /// <summary>A fresh response in memory: the path of most requests, which waits for nothing.</summary>
    public bool TryGetFresh(SearchQuery query, [NotNullWhen(true)] out CachedResponse? response)
    {
        response = null;
        if (catalog.Version is not { } version || !memory.TryGet(query.Canonical(version.TimeResolution), out response) || response.Version != version)
        {
            return false;
        }

        if (response.NeedsRedisWrite)
        {
            redis.Set(response);
        }

        return true;
    }

    /// <param name="query">What is asked for.</param>
    /// <param name="withBody">False for HEAD, which does not have a large body read.</param>
    /// <param name="cancellationToken">Ends the wait; what is under way goes on for others.</param>
    public Task<LookupResult> FindAsync(SearchQuery query, bool withBody, CancellationToken cancellationToken) =>
        FindCanonicalAsync(query, canonical =>
            // With the version: a request must not join a flight that began before the version it knows of was there.
            _flights.RunAsync((catalog.Version, canonical, withBody), () => FetchAsync(canonical, withBody), cancellationToken));

    /// <summary>What is known without the database: a response of that version or a newer one, else the last known one.</summary>
    public Task<LookupResult> FindWithoutDatabaseAsync(SearchQuery query, long minimumVersion) =>
        FindCanonicalAsync(query, async canonical => FindLastKnown(canonical, await redis.GetAsync(canonical), minimumVersion));

    /// <summary>
    /// The canonical form depends on the version, and the response may be of another one than is known here: one of a
    /// version with finer times does not answer the query, and the last known one may be of a version with other times.
    /// </summary>
    private async Task<LookupResult> FindCanonicalAsync(SearchQuery query, Func<SearchQuery, Task<LookupResult>> find)
    {
        var resolution = catalog.Version?.TimeResolution ?? CatalogVersion.AnyTime;
        var result = await find(query.Canonical(resolution));
        if (!IsValid(result, resolution) && result is not LookupResult.Unavailable)
        {
            result = await find(query.Canonical(CatalogVersion.AnyTime));
        }

        foreach (var other in CatalogVersion.TimeResolutions.Where(other => result is LookupResult.Unavailable && other != resolution))
        {
            var canonical = query.Canonical(other);
            var last = FindLastKnown(canonical, await redis.GetAsync(canonical));
            result = IsValid(last, other) ? last : result;
        }

        return result;
    }

    /// <summary>Whether a response to the canonical form in that resolution is one to the query itself.</summary>
    private static bool IsValid(LookupResult result, short resolution) => result switch
    {
        LookupResult.Fresh fresh => fresh.Response.Version.TimeResolution >= resolution,
        LookupResult.Stale stale => stale.Response.Version.TimeResolution >= resolution,
        _ => false,
    };

    private async Task<LookupResult> FetchAsync(SearchQuery query, bool withBody)
    {
        if (largeReader.FindInFlight(query) is { } inFlight && inFlight.Version == catalog.Version)
        {
            return new LookupResult.Fresh(inFlight, CacheTier.None);
        }

        var isRedisRead = redis.IsWorthReading();
        var shared = isRedisRead ? await redis.GetAsync(query) : null;
        if (shared is not null && shared.Version == catalog.Version)
        {
            memory.Set(shared);
            if (shared.Body is GzipBody body)
            {
                largeReader.Track(body);
            }

            return new LookupResult.Fresh(shared, CacheTier.Redis);
        }

        // Without this, every query would wait for its time limit while PostgreSQL hangs.
        if (!poller.IsDatabaseLost && await TryReadAsync(query, withBody) is { } read)
        {
            return new LookupResult.Fresh(read, CacheTier.None);
        }

        return FindLastKnown(query, isRedisRead ? shared : await redis.GetAsync(query));
    }

    /// <returns>Null when the database cannot answer.</returns>
    private async Task<CachedResponse?> TryReadAsync(SearchQuery query, bool withBody)
    {
        using var deadline = new CancellationTokenSource(options.Value.QueryTimeout, time);
        try
        {
            var response = await ReadAsync(query, withBody, deadline.Token);
            LogDatabaseFound();
            return response;
        }
        catch (DatabaseBusyException)
        {
            // Being busy is no outage, and clients can make it come and go.
            return null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or DbException)
        {
            LogDatabaseLost(exception);
            return null;
        }
    }

    private async Task<CachedResponse> ReadAsync(SearchQuery query, bool withBody, CancellationToken deadline)
    {
        var response = await reader.ReadAsync(query, deadline);
        catalog.Observe(response.Version);
        if (response.Body is UnreadBody)
        {
            response = await largeReader.BeginAsync(query, withBody, Store, deadline);
            catalog.Observe(response.Version);
        }

        if (response.Body is PlainBody or ErrorBody)
        {
            Store(response);
        }

        return response;
    }

    private void Store(CachedResponse response)
    {
        memory.Set(response);
        if (response.NeedsRedisWrite)
        {
            redis.Set(response);
        }
    }

    /// <summary>The newest response that is known; fresh from that version on. An error is not worth repeating: it may have ended.</summary>
    private LookupResult FindLastKnown(SearchQuery query, CachedResponse? shared, long freshFrom = long.MaxValue)
    {
        var last = memory.TryGet(query, out var own) && !(shared?.Version.Number > own.Version.Number) ? own : shared;
        return last is null or { Body: ErrorBody } ? new LookupResult.Unavailable()
            : last.Version.Number >= freshFrom ? new LookupResult.Fresh(last, CacheTier.Redis)
            : new LookupResult.Stale(last);
    }

    private void LogDatabaseLost(Exception exception)
    {
        if (Interlocked.Exchange(ref _isDatabaseLost, 1) == 0)
        {
            Log.Lost(logger, exception.GetBaseException().Message);
        }
    }

    private void LogDatabaseFound()
    {
        if (Volatile.Read(ref _isDatabaseLost) == 1 && Interlocked.Exchange(ref _isDatabaseLost, 0) == 1)
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
