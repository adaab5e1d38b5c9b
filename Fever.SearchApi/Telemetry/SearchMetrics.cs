using System.Diagnostics.Metrics;

namespace Fever.SearchApi.Telemetry;

/// <summary>Meter <c>Fever.SearchApi</c>.</summary>
internal sealed class SearchMetrics
{
    public const string MeterName = "Fever.SearchApi";

    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _redisFailures;
    private readonly Histogram<int> _reads;

    public SearchMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _hits = meter.CreateCounter<long>("fever.search.cache.hits", "{request}", "Searches answered from the cache");
        _misses = meter.CreateCounter<long>("fever.search.cache.misses", "{request}", "Cacheable searches that were not in the cache");
        _redisFailures = meter.CreateCounter<long>("fever.search.redis.failures", "{command}", "Redis commands that failed, took too long or did not fit into the queue");
        _reads = meter.CreateHistogram<int>("fever.search.reads", "{search}", "Searches read from the database in one round trip");
    }

    public void CacheHit() => _hits.Add(1);

    public void CacheMiss() => _misses.Add(1);

    public void Read(int searches) => _reads.Record(searches);

    public void RedisFailure(string operation) => _redisFailures.Add(1, new KeyValuePair<string, object?>("operation", operation));
}
