using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>Ranges whose bounds lie between the same whole minutes are one question as long as they have one answer.</summary>
[Collection(nameof(Servers))]
public sealed class CanonicalRangeTests(Servers servers)
{
    private const string First = "?starts_at=2021-06-30T08:00:10Z&ends_at=2021-06-30T22:00:10Z";
    private const string Second = "?starts_at=2021-06-30T08:00:11Z&ends_at=2021-06-30T22:00:11Z";

    [Theory]
    [InlineData("2021-06-30 08:00:00", null)]
    [InlineData("2021-06-30 08:01:00", "2021-06-30 22:00:00")]
    [InlineData("2021-06-30 12:00:00", "2021-06-30 22:01:00")]
    public async Task An_event_that_no_range_between_the_minutes_tells_apart_leaves_them_one_answer(string start, string? end)
    {
        var (replica, client) = await WithEventAsync(start, end);
        await using var _ = replica;
        var first = await client.GetAsync($"/search{First}");

        var second = await client.GetAsync($"/search{Second}");

        Assert.True(second.IsCached());
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Theory]
    [InlineData("2021-06-30 08:00:10.999999", null, 1, 0)]
    [InlineData("2021-06-30 08:00:10", null, 1, 0)]
    [InlineData("2021-06-30 08:00:11", null, 1, 1)]
    [InlineData("2021-06-30 08:00:00.000001", null, 0, 0)]
    [InlineData("2021-06-30 08:00:59.999999", null, 1, 1)]
    [InlineData("2021-06-30 12:00:00", "2021-06-30 22:00:10", 1, 1)]
    [InlineData("2021-06-30 12:00:00", "2021-06-30 22:00:10.000001", 0, 1)]
    [InlineData("2021-06-30 12:00:00", "2021-06-30 22:00:59.999999", 0, 0)]
    public async Task An_event_between_the_minutes_gives_every_range_its_own_answer(string start, string? end, int inFirst, int inSecond)
    {
        var (replica, client) = await WithEventAsync(start, end);
        await using var _ = replica;

        for (var again = 0; again < 2; again++)
        {
            Assert.Equal(inFirst, (await client.TitlesAsync(First)).Length);
            Assert.Equal(inSecond, (await client.TitlesAsync(Second)).Length);
        }

        Assert.NotEqual((await client.GetAsync($"/search{First}")).Headers.ETag, (await client.GetAsync($"/search{Second}")).Headers.ETag);
    }

    [Fact]
    public async Task From_now_on_is_one_search_a_minute_however_often_it_is_asked()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "evening");
        using var gate = new QueryGate();
        await using var replica = Remembering(catalog);
        var client = await replica.ReadyAsync();
        var before = gate.Queries;

        for (var second = 1; second <= 60; second++)
        {
            var from = new DateTime(2021, 6, 30, 20, 0, 0).AddSeconds(second);
            Assert.Equal(["evening"], await client.TitlesAsync($"?starts_at={from:s}&ends_at={from.AddHours(9):s}"));
        }

        // The ends fall into two minutes: the last of them is a whole one.
        Assert.Equal(2, gate.Queries - before);
    }

    [Theory]
    [InlineData("2021-06-30 21:00:30", null)]
    [InlineData("2021-06-30 20:00:00", "2021-06-30 22:00:30")]
    public async Task Where_an_event_lies_between_the_minutes_each_question_has_its_own_answer(string start, string? end)
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.AddAsync("odd", start, end);
        await catalog.AddAsync("even", "2021-06-30 21:30");
        await using var replica = Remembering(catalog);
        var client = await replica.ReadyAsync();
        var bound = end is null ? "starts_at=2021-06-30T21:00:" : "ends_at=2021-06-30T22:00:";

        for (var round = 0; round < 3; round++)
        {
            foreach (var second in new[] { 29, 30, 31, 59, 1, 0 })
            {
                var isFound = end is null ? second <= 30 : second >= 30;
                string[] expected = !isFound ? ["even"] : end is null ? ["odd", "even"] : ["odd", "even"];

                Assert.Equal(expected, await client.TitlesAsync($"?{bound}{second:00}"));
            }
        }
    }

    [Fact]
    public async Task A_new_event_between_the_minutes_is_seen_at_once()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "evening");
        await using var replica = Remembering(catalog);
        var client = await replica.ReadyAsync();
        Assert.Equal(["evening"], await client.TitlesAsync("?starts_at=2021-06-30T20:00:10"));

        await catalog.AddAsync("odd", "2021-06-30 20:00:20");
        await catalog.PublishAsync();
        await replica.LearnsAsync(1);

        Assert.Equal(["odd", "evening"], await client.TitlesAsync("?starts_at=2021-06-30T20:00:10"));
        Assert.Equal(["evening"], await client.TitlesAsync("?starts_at=2021-06-30T20:00:30"));
    }

    [Fact]
    public async Task A_range_within_one_minute_is_right_too()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.AddAsync("odd", "2021-06-30 21:00:30");
        await using var replica = Remembering(catalog);
        var client = await replica.ReadyAsync();

        Assert.Equal(["odd"], await client.TitlesAsync("?starts_at=2021-06-30T21:00:20&ends_at=2021-06-30T21:00:40"));
        Assert.Empty(await client.TitlesAsync("?starts_at=2021-06-30T21:00:40&ends_at=2021-06-30T21:00:50"));
        Assert.Empty(await client.TitlesAsync("?starts_at=2021-06-30T21:02:40&ends_at=2021-06-30T21:02:50"));
    }

    private Replica Remembering(TestCatalog catalog) =>
        new Replica(catalog.ConnectionString, servers.Redis).Remembering();

    private async Task<(Replica Replica, HttpClient Client)> WithEventAsync(string start, string? end)
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.AddAsync("event", start, end);
        var replica = Remembering(catalog);
        return (replica, await replica.ReadyAsync());
    }
}
