using System.Globalization;
using System.Net;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>Pages together are the whole answer, whatever comes and goes beside them.</summary>
[Collection(nameof(Servers))]
public sealed class PagingOracleTests(Servers servers)
{
    [Theory]
    [InlineData(7)]
    [InlineData(80)]
    [InlineData(900)]
    public async Task Pages_together_are_the_whole_answer_when_nothing_changes(int seed)
    {
        var random = new RandomCatalog(seed);
        var catalog = await MirroredCatalog.CreateAsync(servers, random.Plans(150));
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).With("OutputCaching:MemorySize", "67108864");
        var client = await replica.ReadyAsync();

        for (var range = 0; range < 25; range++)
        {
            var asked = random.Ask(catalog.Present) with { Limit = null };

            var pages = await WalkAsync(client, asked, () => random.Next(2) == 0 ? random.Next(5) + 1 : random.Next(150) + 1);

            Assert.True(asked.All(catalog.Present).SequenceEqual(pages), $"{asked.Query} of seed {seed}");
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(120)]
    [InlineData(1300)]
    public async Task Events_that_stay_come_once_and_in_order_while_others_come_and_go(int seed)
    {
        var random = new RandomCatalog(seed);
        var steady = random.Plans(120);
        var fleeting = random.Plans(120);
        var catalog = await MirroredCatalog.CreateAsync(servers, [.. steady, .. fleeting]);
        await using var first = new Replica(catalog.ConnectionString, servers.Redis).With("OutputCaching:MemorySize", "67108864");
        await using var second = new Replica(catalog.ConnectionString, servers.Redis);
        var clients = new[] { await first.ReadyAsync(), await second.ReadyAsync() };
        var everything = new Asked(null, null, null);
        var mine = steady.Select(plan => plan.Id).ToHashSet();
        using var done = new CancellationTokenSource();
        var writing = ComeAndGoAsync(catalog, fleeting, seed, done.Token);

        for (var walk = 0; walk < 10; walk++)
        {
            var pages = await WalkAsync(clients[walk % 2], everything, () => random.Next(12) + 1);
            Assert.True(everything.All(steady).SequenceEqual(pages.Where(mine.Contains)), $"walk {walk} of seed {seed}");
        }

        await done.CancelAsync();
        await writing;
        Assert.NotEqual(1, catalog.Version);
    }

    [Fact]
    public async Task Cursor_without_a_limit_gives_all_the_rest()
    {
        var random = new RandomCatalog(5);
        var catalog = await MirroredCatalog.CreateAsync(servers, random.Plans(60));
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        var page = await client.GetAsync("/search?limit=7");

        var rest = await client.GetAsync($"/search?cursor={CursorOf(page.NextPage()!)}");

        Assert.Equal(new Asked(null, null, null).All(catalog.Present), (await page.EventIdsAsync()).Concat(await rest.EventIdsAsync()));
        Assert.Null(rest.NextPage());
    }

    [Fact]
    public async Task Pages_have_one_event_to_a_thousand()
    {
        var random = new RandomCatalog(6);
        var catalog = await MirroredCatalog.CreateAsync(servers, random.Plans(1001));
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();

        var smallest = await client.GetAsync("/search?limit=1");
        var largest = await client.GetAsync("/search?limit=1000");
        var last = await client.GetAsync(largest.NextPage());

        Assert.Single(await smallest.EventIdsAsync());
        Assert.NotNull(smallest.NextPage());
        Assert.Equal(new Asked(null, null, null).All(catalog.Present), (await largest.EventIdsAsync()).Concat(await last.EventIdsAsync()));
        Assert.Null(last.NextPage());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5)]
    [InlineData(1)]
    public async Task Last_page_leads_nowhere_when_the_count_is_a_multiple_of_the_limit(int limit)
    {
        var random = new RandomCatalog(8);
        var catalog = await MirroredCatalog.CreateAsync(servers, random.Plans(10));
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();

        var pages = 0;
        for (var next = $"/search?limit={limit}"; next is not null; pages++)
        {
            var page = await client.GetAsync(next);
            Assert.Equal(limit, (await page.EventIdsAsync()).Length);
            next = page.NextPage();
        }

        Assert.Equal(10 / limit, pages);
    }

    [Fact]
    public async Task A_page_of_a_range_without_events_leads_nowhere()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "only");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();

        var page = await client.GetAsync("/search?starts_at=2022-01-01&limit=1");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Empty(await page.EventIdsAsync());
        Assert.Null(page.NextPage());
    }

    /// <summary>Follows the cursors until there is none, with a limit of its own for each page.</summary>
    private static async Task<List<Guid>> WalkAsync(HttpClient client, Asked asked, Func<int> limit)
    {
        var found = new List<Guid>();
        string? cursor = null;
        do
        {
            var most = limit();
            var separator = asked.Query.Length > 1 ? "&" : "";
            var page = await client.GetAsync(string.Create(
                CultureInfo.InvariantCulture, $"/search{asked.Query}{separator}limit={most}{(cursor is null ? "" : $"&cursor={cursor}")}"));
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            var ids = await page.EventIdsAsync();
            Assert.InRange(ids.Length, 0, most);
            found.AddRange(ids);
            cursor = page.NextPage() is { } next ? CursorOf(next) : null;
        }
        while (cursor is not null);
        return found;
    }

    private static string CursorOf(string link) => link.Split("cursor=")[1].Split('&')[0];

    private static async Task ComeAndGoAsync(MirroredCatalog catalog, IReadOnlyList<Plan> fleeting, int seed, CancellationToken done)
    {
        var random = new RandomCatalog(seed + 1);
        while (!done.IsCancellationRequested)
        {
            var back = Enumerable.Range(0, 10).Select(_ => random.Of(fleeting)).Distinct().ToArray();
            var gone = Enumerable.Range(0, 10).Select(_ => random.Of(fleeting)).Except(back);
            await catalog.ChangeAsync(back, [.. gone.Select(plan => plan.Id)]);
        }
    }
}
