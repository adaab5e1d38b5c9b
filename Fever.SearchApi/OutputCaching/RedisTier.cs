using System.Diagnostics;
using System.Threading.Channels;
using Fever.SearchApi.Database;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Fever.SearchApi.Telemetry;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.OutputCaching;

/// <summary>
/// The responses that all replicas share, in Redis. A query has one entry, which says the version it is of: the same
/// look-up finds the fresh response or, when the database is lost, the last known one.
/// </summary>
internal sealed class RedisTier(
    RedisCircuitBreaker redis, EventDataSource source, IOptions<OutputCachingOptions> options, SearchMetrics metrics, TimeProvider time) : BackgroundService
{
    // A look-up costs a good part of what the search itself costs. A hit earns credit for more look-ups, a miss uses it
    // up; without credit only every sixteenth query is looked up.
    private const int MaxCredit = 64;
    private const int CreditPerHit = 3;
    private const int LookUpsWithoutCredit = 16;

    // A flood of queries that nobody repeats must not become a flood of writes.
    private static readonly TimeSpan PauseAfterWrite = TimeSpan.FromMilliseconds(4);

    private readonly Channel<(CachedResponse Response, ActivityContext Parent)> _queue =
        Channel.CreateUnbounded<(CachedResponse, ActivityContext)>(new UnboundedChannelOptions { SingleReader = true });

    private long _queued;

    // Written without a lock: a race costs or saves a look-up.
    private int _credit = MaxCredit;
    private int _queries;

    /// <summary>Whether a look-up is likely enough to find something: not in a flood of queries that nobody repeats.</summary>
    public bool IsWorthReading() => Volatile.Read(ref _credit) > 0 || Interlocked.Increment(ref _queries) % LookUpsWithoutCredit == 0;

    public async ValueTask<CachedResponse?> GetAsync(SearchQuery query)
    {
        var entry = await redis.GetAsync(KeyOf(query));
        var credit = Volatile.Read(ref _credit) + (entry is null ? -1 : CreditPerHit);
        Volatile.Write(ref _credit, Math.Clamp(credit, 0, MaxCredit));
        try
        {
            return entry is null ? null : RedisEntry.Deserialize(query, entry);
        }
        catch (ArgumentException)
        {
            // Times that do not exist: not an entry of ours. It is overwritten by what is read now.
            return null;
        }
    }

    /// <summary>Returns at once; the response is written later, or not at all when too many bytes wait already.</summary>
    public void Set(CachedResponse response)
    {
        if (response.Size > options.Value.RedisQueueSize || (response.Body is GzipBody && response.Body.Size > options.Value.RedisMaxEntrySize))
        {
            response.NeedsRedisWrite = false;
            return;
        }

        if (Interlocked.Add(ref _queued, response.Size) > options.Value.RedisQueueSize)
        {
            Interlocked.Add(ref _queued, -response.Size);
            metrics.RedisFailure("enqueue");
            return;
        }

        response.NeedsRedisWrite = false;
        _queue.Writer.TryWrite((response, Activity.Current?.Context ?? default));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (response, parent) in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            using (SearchActivities.Start(SearchActivities.WriteToRedis, parent))
            {
                // One that was not written is offered again when it is asked for.
                response.NeedsRedisWrite = RedisEntry.Serialize(response, options.Value.RedisMaxEntrySize) is { } entry
                    && !await redis.TrySetAsync(KeyOf(response.Query), entry);
            }

            Interlocked.Add(ref _queued, -response.Size);
            await Task.Delay(PauseAfterWrite, time, stoppingToken);
        }
    }

    /// <summary>Names the database too: Redis may serve several.</summary>
    private string KeyOf(SearchQuery query) => $"{source.Database}:{query.Key}";
}
