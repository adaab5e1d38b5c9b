using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>What was not written to Redis at first is written when it is asked for again.</summary>
[Collection(nameof(Servers))]
public sealed class RedisWriteTests(Servers servers)
{
    [Fact]
    public async Task What_the_queue_had_no_room_for_and_what_could_not_be_written_reach_Redis_at_a_later_hit()
    {
        const string Failed = "/search?starts_at=2021-06-01", Dropped = "/search?starts_at=2021-06-02";
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        using var redis = TcpProxy.ToRedis(servers.Redis);
        using var gate = new QueryGate();
        await using var other = await RedisOnlyReplica.CreateAsync(catalog, servers);
        // With room for one of them.
        await using var replica = new Replica(catalog.ConnectionString, redis.ConnectionString).Remembering()
            .With("OutputCaching:RedisQueueSize", "1000").With("OutputCaching:RedisWriteTimeout", "00:01:00");
        var client = await replica.ReadyAsync();

        // Both have been looked up in Redis when it begins to hang: their writes are the first commands that do.
        gate.Close();
        var failed = client.GetAsync(Failed);
        await Eventually.BecomesTrueAsync(() => gate.Queries == 1);
        var dropped = client.GetAsync(Dropped);
        await Eventually.BecomesTrueAsync(() => gate.Queries == 2);
        redis.Hang();
        gate.Open();
        await Task.WhenAll(failed, dropped);
        Assert.True((await client.GetAsync(Dropped)).IsCached());
        redis.Restore();

        foreach (var path in new[] { Dropped, Failed })
        {
            await Eventually.BecomesTrueAsync(async () =>
            {
                Assert.Equal("SearchApi; hit; detail=memory", (await client.GetAsync(path)).CacheStatus());
                return (await other.Client.GetAsync(path)).IsFromRedis();
            });
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("gzip")]
    public async Task Large_response_is_shared_through_Redis_in_both_codings(string coding)
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        await using var other = await RedisOnlyReplica.CreateAsync(catalog, servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var own = await (await replica.ReadyAsync()).GetAsync("/search");

        var shared = await Eventually.BecomesAsync(() => other.Client.AskAsync("", ("Accept-Encoding", coding)), answer => answer.IsFromRedis());

        Assert.Equal(coding, string.Join(',', shared.Content.Headers.ContentEncoding));
        var body = await shared.Content.ReadAsByteArrayAsync();
        Assert.Equal(body.Length, shared.Content.Headers.ContentLength);
        Assert.Equal(await own.Content.ReadAsByteArrayAsync(), Compression.Decompress(body, coding));
        Assert.Equal(coding.Length == 0, own.Headers.ETag!.Equals(shared.Headers.ETag));
    }

    [Fact]
    public async Task Response_over_the_size_limit_is_not_written()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        await using var other = await RedisOnlyReplica.CreateAsync(catalog, servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering().With("OutputCaching:RedisMaxEntrySize", "2000");
        var client = await replica.ReadyAsync();
        await client.GetByteArrayAsync("/search");

        // Written in this order.
        await client.GetAsync("/search?limit=1");
        await Eventually.BecomesTrueAsync(async () => (await other.Client.GetAsync("/search?limit=1")).IsFromRedis());

        Assert.False((await other.Client.GetAsync("/search")).IsSuccessStatusCode);
    }
}
