using Fever.SearchApi.OutputCaching;
using Fever.SearchApi.Telemetry;
using Fever.Testing;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class RedisCircuitBreakerTests(Servers servers)
{
    [Fact]
    public async Task An_open_circuit_sends_no_command_until_one_read_succeeds()
    {
        var time = new ManualTime();
        var store = new ScriptedStore { IsBroken = true };
        var redis = await ProtectAsync(store, time);

        for (var i = 0; i < 10; i++)
        {
            Assert.Null(await redis.GetAsync("key"));
        }

        Assert.Equal(1, store.Attempts);

        time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => redis.GetAsync("key").AsTask()));
        Assert.Equal(2, store.Attempts);

        store.IsBroken = false;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await redis.GetAsync("key"));
        Assert.NotNull(await redis.GetAsync("key"));
        Assert.Equal(4, store.Attempts);
    }

    [Fact]
    public async Task A_client_that_blocks_its_caller_blocks_no_request()
    {
        using var never = new ManualResetEventSlim();
        var time = new ManualTime();
        var redis = await ProtectAsync(new ScriptedStore { Blocks = never }, time);

        var write = redis.TrySetAsync("key", [1]);
        var read = redis.GetAsync("key");
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await write);
        Assert.Null(await read);

        never.Set();
    }

    private async Task<RedisCircuitBreaker> ProtectAsync(IOutputCacheStore store, TimeProvider time)
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        return new RedisCircuitBreaker(
            store, Options.Create(new OutputCachingOptions()), time, replica.Services.GetRequiredService<SearchMetrics>(), NullLogger<RedisCircuitBreaker>.Instance);
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
}
