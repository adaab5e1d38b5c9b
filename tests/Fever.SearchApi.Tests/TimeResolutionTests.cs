using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>Searches while events come and go that make the catalog's time resolution finer or coarser.</summary>
[Collection(nameof(Servers))]
public sealed class TimeResolutionTests(Servers servers)
{
    private const string Query = "?starts_at=2021-06-30T20:00:10Z", SameMinute = "?starts_at=2021-06-30T20:00:15Z";

    [Theory]
    [InlineData("2021-06-30 20:00:20")]
    [InlineData("2021-06-30 20:00:20.5")]
    public async Task Search_that_finds_a_finer_version_is_answered_by_its_own_bounds(string start)
    {
        var catalog = await TestCatalog.CreateAsync(servers, "evening");
        // In time that stands still the poller reads the version once.
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering().With(new ManualTime());
        var client = await replica.ReadyAsync();
        await catalog.AddAsync("odd", start);
        await catalog.PublishAsync();

        var answer = await client.AskAsync(Query);

        Assert.Equal(1, answer.CatalogVersion());
        Assert.Equal(2, (await answer.EventIdsAsync()).Length);
        Assert.Equal(["evening"], await client.TitlesAsync("?starts_at=2021-06-30T20:00:30Z"));
    }

    [Fact]
    public async Task Search_that_finds_a_coarser_version_is_right_and_the_next_ones_share_its_minute()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "evening");
        await catalog.AddAsync("odd", "2021-06-30 20:00:20");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering().With(new ManualTime());
        var client = await replica.ReadyAsync();
        await catalog.ExecuteAsync("DELETE FROM events WHERE title = 'odd'");
        await catalog.PublishAsync();

        Assert.Equal(["evening"], await client.TitlesAsync(Query));
        Assert.Equal(["evening"], await client.TitlesAsync(Query));
        var shared = await client.AskAsync(SameMinute);

        Assert.True(shared.IsCached());
        Assert.Equal(1, shared.CatalogVersion());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1000000")]
    public async Task Last_known_response_is_found_after_the_resolution_became_finer(string memorySize)
    {
        var catalog = await TestCatalog.CreateAsync(servers, "evening");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var replica = await RememberingAsync(database, memorySize);
        await catalog.AddAsync("odd", "2021-06-30 20:00:20.5");

        Assert.Equal("evening", await LastKnownAsync(catalog, database, replica, SameMinute));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1000000")]
    public async Task Last_known_response_is_found_after_the_resolution_became_coarser(string memorySize)
    {
        var catalog = await TestCatalog.CreateAsync(servers, "evening");
        await catalog.AddAsync("odd", "2021-06-30 20:00:20.5");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var replica = await RememberingAsync(database, memorySize);
        await catalog.ExecuteAsync("DELETE FROM events WHERE title = 'odd'");

        Assert.Equal("odd evening", await LastKnownAsync(catalog, database, replica, Query));
    }

    [Fact]
    public async Task Last_known_response_of_another_range_is_not_taken_for_it()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "evening");
        await catalog.AddAsync("odd", "2021-06-30 20:00:20");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var replica = await RememberingAsync(database, "1000000");
        // Where the range is looked for first once every event is on a whole minute: without the odd one.
        Assert.Equal(["evening"], await replica.CreateClient().TitlesAsync("?starts_at=2021-06-30T20:01:00Z"));
        await catalog.ExecuteAsync("DELETE FROM events WHERE title = 'odd'");

        Assert.Equal("odd evening", await LastKnownAsync(catalog, database, replica, "?starts_at=2021-06-30T20:00:09.5Z"));
    }

    private async Task<Replica> RememberingAsync(TcpProxy database, string memorySize)
    {
        var replica = new Replica(database.ConnectionString, servers.Redis).With("OutputCaching:MemorySize", memorySize);
        var client = await replica.ReadyAsync();
        await Eventually.BecomesTrueAsync(async () => (await client.AskAsync(Query)).IsCached());
        return replica;
    }

    /// <summary>The titles, once the replica knows the next version and has lost its database.</summary>
    private static async Task<string> LastKnownAsync(TestCatalog catalog, TcpProxy database, Replica replica, string query)
    {
        await catalog.PublishAsync();
        await replica.LearnsAsync(1);
        database.Cut();
        var client = replica.CreateClient();
        var answer = await client.AskAsync(query);
        Assert.Equal("SearchApi; hit; detail=last-known", answer.CacheStatus());
        return string.Join(' ', await client.TitlesAsync(query));
    }
}
