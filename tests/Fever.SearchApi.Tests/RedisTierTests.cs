using System.Diagnostics.Metrics;
using Fever.SearchApi.Catalog;
using Fever.SearchApi.Database;
using Fever.SearchApi.OutputCaching;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Fever.SearchApi.Telemetry;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Tests;

public sealed class RedisTierTests
{
    private readonly RedisTier _redis;
    private readonly OneEntryStore _store = new();

    public RedisTierTests()
    {
        // A busy machine must not look like a slow Redis.
        var options = Options.Create(new OutputCachingOptions { RedisReadTimeout = TimeSpan.FromSeconds(10) });
        var metrics = new SearchMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
        var breaker = new RedisCircuitBreaker(_store, options, TimeProvider.System, metrics, NullLogger<RedisCircuitBreaker>.Instance);
        _redis = new RedisTier(
            breaker, new EventDataSource(new ConfigurationBuilder().Build(), Options.Create(new DatabaseOptions())), options, metrics, TimeProvider.System);
    }

    [Fact]
    public async Task Misses_use_the_credit_up_and_from_then_on_every_sixteenth_query_is_looked_up()
    {
        for (var miss = 0; miss < 64; miss++)
        {
            Assert.True(_redis.IsWorthReading());
            Assert.Null(await _redis.GetAsync(Query(miss)));
        }

        var lookUps = Enumerable.Range(1, 160).Where(_ => _redis.IsWorthReading()).ToArray();

        Assert.Equal([16, 32, 48, 64, 80, 96, 112, 128, 144, 160], lookUps);
    }

    [Fact]
    public async Task Hit_earns_three_more_look_ups()
    {
        for (var miss = 0; miss < 64; miss++)
        {
            await _redis.GetAsync(Query(miss));
        }

        _store.Entry = Entry;
        Assert.NotNull(await _redis.GetAsync(Query(0)));
        _store.Entry = null;

        for (var lookUp = 0; lookUp < 3; lookUp++)
        {
            Assert.True(_redis.IsWorthReading());
            await _redis.GetAsync(Query(1));
        }

        Assert.False(_redis.IsWorthReading());
    }

    [Fact]
    public async Task Credit_is_limited()
    {
        _store.Entry = Entry;
        for (var hit = 0; hit < 100; hit++)
        {
            await _redis.GetAsync(Query(0));
        }

        _store.Entry = null;
        for (var miss = 0; miss < 64; miss++)
        {
            await _redis.GetAsync(Query(1));
        }

        Assert.False(_redis.IsWorthReading());
    }

    private static byte[]? Entry { get; } = RedisEntry.Serialize(
        new CachedResponse(Query(0), new CatalogVersion(1, DateTime.UnixEpoch, TimeResolution: 60), new PlainBody([1]), next: null, DateTime.UnixEpoch), maxSize: 1000);

    private static SearchQuery Query(int number) => new(new TimeRange(DateTime.UnixEpoch.AddDays(number), null));

    /// <summary>Gives the same entry for every key.</summary>
    private sealed class OneEntryStore : IOutputCacheStore
    {
        public byte[]? Entry { get; set; }

        public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => new(Entry);

        public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
