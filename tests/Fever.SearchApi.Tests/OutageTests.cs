using System.Net;
using Fever.SearchApi.Catalog;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class OutageTests(Servers servers)
{
    [Fact]
    public async Task Redis_that_is_not_there_costs_nothing_but_the_caching()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        await using var replica = new Replica(catalog.ConnectionString, "127.0.0.1:1").With("OutputCaching:RedisReadTimeout", "00:00:00.050");
        var client = await replica.ReadyAsync();

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(["found"], await client.TitlesAsync(""));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Redis_that_hangs_or_is_too_slow_is_answered_without_and_used_again_when_it_is_back(bool hangs)
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        using var redis = TcpProxy.ToRedis(servers.Redis);
        await using var replica = new Replica(catalog.ConnectionString, redis.ConnectionString)
            .With("OutputCaching:RedisReadTimeout", "00:00:00.200")
            .With("OutputCaching:RedisPause", "00:00:00.100");
        var client = await replica.ReadyAsync();
        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search")).IsCached());

        if (hangs)
        {
            redis.Hang();
        }
        else
        {
            // Longer than a look-up may take, and as long as the machine may be busy.
            redis.SlowDown(TimeSpan.FromSeconds(5));
        }

        for (var i = 0; i < 20; i++)
        {
            var answer = await client.GetAsync("/search");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.IsCached());
        }

        redis.Restore();

        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search")).IsCached());
    }

    [Fact]
    public async Task Redis_that_hangs_from_the_start_is_answered_without()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        using var redis = TcpProxy.ToRedis(servers.Redis);
        redis.Hang();
        await using var replica = new Replica(catalog.ConnectionString, redis.ConnectionString).With("OutputCaching:RedisReadTimeout", "00:00:00.050");
        var client = await replica.ReadyAsync();

        Assert.Equal(["found"], await client.TitlesAsync(""));
    }

    [Fact]
    public async Task A_database_that_restarted_between_two_searches_fails_neither()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        // A slow poller, so that it is a search that meets the dead connections.
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).With("Catalog:PollInterval", "00:00:00.6");
        var client = await replica.ReadyAsync();
        await Task.WhenAll(Enumerable.Range(1, 5).Select(day => client.TitlesAsync($"?starts_at=2021-01-0{day}")));

        await catalog.ExecuteAsync(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        Assert.Equal(["found"], await client.TitlesAsync("?starts_at=2021-02-01"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_its_database_a_replica_answers_what_was_answered_before_and_503_to_the_rest(bool hangs)
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var replica = new Replica(database.ConnectionString, servers.Redis).With("Database:QueryTimeout", "00:00:00.500");
        var client = await replica.ReadyAsync();
        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search")).IsCached());

        if (hangs)
        {
            database.Hang();
        }
        else
        {
            database.Cut();
        }

        Assert.Equal(["found"], await client.TitlesAsync(""));
        var other = await client.GetAsync("/search?starts_at=2021-06-01");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, other.StatusCode);
        Assert.Equal("1", other.Headers.RetryAfter?.ToString());
        Assert.Equal("unavailable", await other.ErrorCodeAsync());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);

        database.Restore();

        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search?starts_at=2021-06-01")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task While_the_database_is_known_to_hang_no_search_waits_for_it()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        using var gate = new QueryGate();
        await using var replica = new Replica(database.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();
        Assert.Equal(["found"], await client.TitlesAsync(""));
        await catalog.PublishAsync();
        await replica.LearnsAsync(1);
        database.Hang();
        var first = client.GetAsync("/search?starts_at=2021-05-01");
        await Eventually.BecomesTrueAsync(() => gate.Queries == 2);
        await Eventually.BecomesTrueAsync(() => replica.Services.GetRequiredService<CatalogPoller>().IsDatabaseLost);
        Assert.False(first.IsCompleted, "The poller is to know before the time limit of a search has passed.");

        var known = await client.GetAsync("/search");
        var others = await Task.WhenAll(Enumerable.Range(1, 9).Select(day => client.GetAsync($"/search?starts_at=2021-06-0{day}")));

        Assert.Equal("SearchApi; hit; detail=last-known", known.CacheStatus());
        Assert.All(others, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        Assert.Equal(2, gate.Queries);

        database.Restore();

        await first;
        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search")).CacheStatus() == "SearchApi; fwd=miss");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1000000")]
    public async Task A_last_known_page_still_leads_to_the_next_one(string memorySize)
    {
        var catalog = await TestCatalog.CreateAsync(servers, "one", "two", "three");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var replica = new Replica(database.ConnectionString, servers.Redis).With("OutputCaching:MemorySize", memorySize);
        var client = await replica.ReadyAsync();
        var pages = new List<HttpResponseMessage>();
        for (var path = "/search?starts_at=2021-06-01&limit=1"; path is not null; path = pages[^1].NextPage())
        {
            pages.Add(await Eventually.BecomesAsync(() => client.GetAsync(path), page => page.IsCached()));
        }

        await catalog.PublishAsync();
        await replica.LearnsAsync(1);
        database.Cut();

        foreach (var page in pages)
        {
            var lastKnown = await client.GetAsync(page.RequestMessage!.RequestUri);
            Assert.Equal("SearchApi; hit; detail=last-known", lastKnown.CacheStatus());
            Assert.Equal(page.NextPage(), lastKnown.NextPage());
            Assert.Equal(await page.EventIdsAsync(), await lastKnown.EventIdsAsync());
        }

        Assert.Equal(3, pages.Count);
    }

    [Fact]
    public async Task A_version_that_came_just_before_the_database_went_costs_no_answer_and_hides_no_news()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "old");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var replica = new Replica(database.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search")).IsCached());
        await catalog.AddAsync("new", "2021-07-01 21:00");
        await catalog.PublishAsync();
        await replica.LearnsAsync(1);

        database.Cut();

        Assert.Equal(["old"], await client.TitlesAsync(""));

        database.Restore();

        await Eventually.BecomesAsync(() => client.TitlesAsync(""), titles => titles.SequenceEqual(["old", "new"]));
    }

    [Fact]
    public async Task With_neither_Redis_nor_its_database_a_replica_still_answers_from_its_own_memory()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        using var redis = TcpProxy.ToRedis(servers.Redis);
        await using var replica = new Replica(database.ConnectionString, redis.ConnectionString)
            .With("OutputCaching:MemorySize", "1000000").With("OutputCaching:RedisReadTimeout", "00:00:00.050");
        var client = await replica.ReadyAsync();
        Assert.Equal(["found"], await client.TitlesAsync(""));

        database.Cut();
        redis.Cut();

        Assert.Equal(["found"], await client.TitlesAsync(""));
    }

    [Fact]
    public async Task Database_without_the_schema_is_unavailable_until_it_has_it()
    {
        var empty = await servers.CreateDatabaseAsync();
        await using var replica = new Replica(empty, servers.Redis);
        var client = replica.CreateClient();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/search")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health")).StatusCode);

        await Fever.Ingestor.Database.CatalogMigrations.ApplyAsync(empty, CancellationToken.None);

        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/health")).IsSuccessStatusCode);
        Assert.Empty(await client.TitlesAsync(""));
    }
}
