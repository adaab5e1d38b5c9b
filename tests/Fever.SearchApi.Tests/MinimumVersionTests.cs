using System.Net;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>What the gateway relies on: an answer is never of an older catalog than somebody has seen already.</summary>
[Collection(nameof(Servers))]
public sealed class MinimumVersionTests(Servers servers)
{
    [Fact]
    public async Task A_replica_that_is_behind_asks_its_database_before_it_answers()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "old");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis)
            .With("OutputCaching:MemorySize", "1000000").With("Catalog:PollInterval", "00:00:00.6");
        var client = await replica.ReadyAsync();
        await client.GetAsync("/search");

        for (var version = 1; version <= 10; version++)
        {
            await catalog.AddAsync($"new {version}", "2021-07-01 21:00");
            await catalog.PublishAsync();

            var answer = await AskAsync(client, floor: version);

            Assert.Equal(version, answer.CatalogVersion());
            Assert.Contains($"new {version}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_floor_that_is_known_already_changes_nothing()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).With("OutputCaching:MemorySize", "1000000");
        var client = await replica.ReadyAsync();
        await client.GetAsync("/search");

        Assert.Equal("SearchApi; hit; detail=memory", (await AskAsync(client, floor: 0)).CacheStatus());
    }

    [Fact]
    public async Task A_database_that_is_older_than_the_floor_says_so()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "restored");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();

        var answer = await AskAsync(client, floor: 99);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, answer.CatalogVersion());
    }

    [Fact]
    public async Task Behind_and_without_its_database_a_replica_takes_the_news_from_Redis_and_marks_what_is_old()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "old");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var behind = new Replica(database.ConnectionString, servers.Redis).With("OutputCaching:MemorySize", "1000000");
        await using var ahead = new Replica(catalog.ConnectionString, servers.Redis);
        var (client, other) = (await behind.ReadyAsync(), await ahead.ReadyAsync());
        await client.GetAsync("/search");
        await client.GetAsync("/search?starts_at=2021-01-01");
        database.Cut();
        await catalog.AddAsync("new", "2021-07-01 21:00");
        await catalog.PublishAsync();
        await Eventually.BecomesTrueAsync(async () => await other.GetAsync("/search") is var seen && seen.CatalogVersion() == 1 && seen.IsFromRedis());

        var news = await AskAsync(client, floor: 1);
        var old = await AskAsync(client, floor: 1, "/search?starts_at=2021-01-01");

        Assert.Equal(1, news.CatalogVersion());
        Assert.Contains("new", await news.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("SearchApi; hit; detail=last-known", old.CacheStatus());
        Assert.False(old.Headers.Contains("Catalog-Version"));
        Assert.Null(old.Headers.ETag);
        Assert.Equal("no-store", old.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_poll_that_began_before_the_version_was_published_is_followed_by_another_one()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "old");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        // In time that stands still the replica polls on demand only.
        await using var replica = new Replica(database.ConnectionString, servers.Redis).Remembering().With(new ManualTime());
        var client = await replica.ReadyAsync();
        await client.GetAsync("/search");
        database.Allow(0);

        var answer = AskAsync(client, floor: 1);
        await Eventually.BecomesTrueAsync(() => database.IsHolding);
        await catalog.PublishAsync();
        database.Allow(long.MaxValue);

        Assert.Equal(1, (await answer).CatalogVersion());
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, long floor, string path = "/search")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Catalog-Minimum-Version", $"{floor}");
        return await client.SendAsync(request);
    }
}
