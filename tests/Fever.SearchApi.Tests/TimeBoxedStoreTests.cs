using Fever.SearchApi.Caching;
using Fever.Testing;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class TimeBoxedStoreTests(Servers servers)
{
    [Fact]
    public async Task Store_that_failed_is_left_alone_until_one_caller_finds_it_well()
    {
        var time = new ManualTime();
        var redis = new ScriptedStore { IsBroken = true };
        var store = await BoxAsync(redis, time);

        for (var i = 0; i < 10; i++)
        {
            Assert.Null(await store.GetAsync("key", default));
        }

        Assert.Equal(1, redis.Attempts);

        time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => store.GetAsync("key", default).AsTask()));
        Assert.Equal(2, redis.Attempts);

        redis.IsBroken = false;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await store.GetAsync("key", default));
        Assert.NotNull(await store.GetAsync("key", default));
        Assert.Equal(4, redis.Attempts);
    }

    [Fact]
    public async Task Store_that_blocks_its_caller_blocks_nobody()
    {
        using var never = new ManualResetEventSlim();
        var store = await BoxAsync(new ScriptedStore { Blocks = never }, new ManualTime());

        Assert.Null(await store.GetAsync("key", default));
        await store.SetAsync("key", [1], null, TimeSpan.FromMinutes(1), default);

        never.Set();
    }

    private async Task<TimeBoxedOutputCacheStore> BoxAsync(IOutputCacheStore store, TimeProvider time)
    {
        var catalogue = await Catalogue.CreateAsync(servers);
        await using var replica = new Replica(catalogue.ConnectionString, servers.Redis);
        return new TimeBoxedOutputCacheStore(
            store, Options.Create(new CachingOptions()), time, replica.Services.GetRequiredService<SearchMetrics>(), NullLogger<TimeBoxedOutputCacheStore>.Instance);
    }

    /// <summary>Redis cannot be made to fail at the very command a test means.</summary>
    private sealed class ScriptedStore : IOutputCacheStore
    {
        private int _attempts;

        public bool IsBroken { get; set; }

        public ManualResetEventSlim? Blocks { get; init; }

        public int Attempts => Volatile.Read(ref _attempts);

        public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _attempts);
            Blocks?.Wait(CancellationToken.None);
            return IsBroken ? throw new IOException("broken") : new ValueTask<byte[]?>([]);
        }

        public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
        {
            Blocks?.Wait(CancellationToken.None);
            return ValueTask.CompletedTask;
        }

        public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);
    }
}
