using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>What is published: the latest seen online, for good.</summary>
[Collection(nameof(SharedServers))]
public sealed class PublicationTests(Servers servers)
{
    [Fact]
    public async Task Event_is_published_when_it_first_goes_online()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan(sellMode: "offline", prices: ["10"]));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        Assert.Empty(await ingestor.PublishedAsync());
        Assert.Equal(0, await ingestor.VersionAsync());

        provider.Serve(BasePlan(sellMode: "online", prices: ["10"]));
        await ingestor.PollAsync();

        Assert.Equal(["Title 2021-06-30 21:00:00 2021-06-30 22:00:00 10 10"], await ingestor.PublishedAsync());
        Assert.Equal(1, await ingestor.VersionAsync());
    }

    [Fact]
    public async Task Offline_values_are_stored_but_change_neither_what_is_published_nor_the_version()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan(title: "Online", prices: ["10"]));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        var published = await ingestor.PublishedAsync();

        provider.Serve(BasePlan(sellMode: "offline", title: "Offline", start: "2022-01-01T10:00:00", end: null, prices: ["99"]));
        await ingestor.PollAsync();

        Assert.Equal(published, await ingestor.PublishedAsync());
        Assert.Equal(1, await ingestor.VersionAsync());
        Assert.Equal(["offline Offline"], await ingestor.RowsAsync("SELECT sell_mode, observed->>'title' FROM events"));
        Assert.Equal(
            ["appeared - Online", "changed Online Offline"],
            await ingestor.RowsAsync("SELECT kind, before->>'title', after->>'title' FROM event_changes ORDER BY id"));
    }

    [Fact]
    public async Task Of_a_plan_listed_twice_the_last_counts_unless_only_an_earlier_one_was_online()
    {
        await using var provider = await StubProvider.StartAsync(
            BasePlan(id: "1", title: "First"),
            BasePlan(id: "1", title: "Last"),
            BasePlan(id: "2", title: "Online", start: "2021-07-30T21:00:00", end: null),
            BasePlan(id: "2", sellMode: "offline", title: "Offline", start: "2021-07-30T21:00:00", end: null));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal(
            ["Last 2021-06-30 21:00:00 2021-06-30 22:00:00 - -", "Online 2021-07-30 21:00:00 - - - -"],
            await ingestor.PublishedAsync());
    }

    [Fact]
    public async Task A_base_plan_inside_another_keeps_its_plans_to_itself()
    {
        var inner = BasePlan(id: "inner", plan: "2", sellMode: "offline", title: "Inner");
        var outer = BasePlan(id: "outer", plan: "1", title: "Outer").Replace("</base_plan>", inner + "</base_plan>", StringComparison.Ordinal);
        await using var provider = await StubProvider.StartAsync(outer);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal(["inner 2 offline", "outer 1 online"], await ingestor.RowsAsync("SELECT base_plan_id, plan_id, sell_mode FROM events ORDER BY 1"));
        Assert.Single(await ingestor.PublishedAsync());
    }

    [Fact]
    public async Task Coming_back_online_publishes_the_new_values()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan(title: "First"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        provider.Serve(BasePlan(sellMode: "offline", title: "Second"));
        await ingestor.PollAsync();

        provider.Serve(BasePlan(title: "Third"));
        await ingestor.PollAsync();

        Assert.Equal(["Third 2021-06-30 21:00:00 2021-06-30 22:00:00 - -"], await ingestor.PublishedAsync());
        Assert.Equal(2, await ingestor.VersionAsync());
    }

    [Fact]
    public async Task Version_stays_when_an_event_goes_offline_and_back_with_the_same_values()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        provider.Serve(BasePlan(sellMode: "offline"));
        await ingestor.PollAsync();
        provider.Serve(BasePlan());
        await ingestor.PollAsync();

        Assert.Equal("complete 1 1 0 0 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(1, await ingestor.VersionAsync());
    }

    [Fact]
    public async Task Vanished_event_stays_published_and_its_return_is_journalled()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2", title: "Other"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        provider.Serve(BasePlan("2", title: "Other"));
        await ingestor.PollAsync();
        Assert.Equal("complete 1 0 1 0 0 1", await ingestor.LastSyncAsync());
        Assert.Equal(2, (await ingestor.PublishedAsync()).Length);

        await ingestor.PollAsync();
        Assert.Equal("unchanged 0 0 0 0 0 0", await ingestor.LastSyncAsync());

        provider.Serve(BasePlan("1"), BasePlan("2", title: "Other"));
        await ingestor.PollAsync();
        Assert.Equal("complete 2 1 1 0 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(
            ["appeared - Title", "vanished Title -", "returned Title Title"],
            await ingestor.RowsAsync("SELECT kind, before->>'title', after->>'title' FROM event_changes JOIN events e ON e.id = event_id WHERE e.base_plan_id = '1' ORDER BY event_changes.id"));
        Assert.Equal(1, await ingestor.VersionAsync());
    }

    [Fact]
    public async Task Event_without_end_or_prices_ends_when_it_starts()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan(end: null));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal(["Title 2021-06-30 21:00:00 - - - -"], await ingestor.PublishedAsync());
        Assert.True(await ingestor.ScalarAsync<bool>("SELECT ends_at = starts_at FROM published_events"));
    }

    [Theory]
    [InlineData("15 15.5", "15.50", "15.00", "15.250")]
    [InlineData("0 1000000.01", "0.00", "1000000.01")]
    public async Task Prices_are_the_extremes_over_all_zones_without_trailing_zeros(string expected, params string[] prices)
    {
        await using var provider = await StubProvider.StartAsync(BasePlan(prices: prices));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal([expected], await ingestor.RowsAsync("SELECT min_price, max_price FROM published_events"));
    }

    [Fact]
    public async Task Price_printed_with_more_zeros_is_no_change()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan(prices: ["20.5"]));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(BasePlan(prices: ["20.500"]));
        await ingestor.PollAsync();

        Assert.Equal("complete 1 0 1 0 0 0", await ingestor.LastSyncAsync());
    }

    [Fact]
    public async Task Last_record_counts_when_a_feed_lists_a_plan_twice()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan(title: "Early"), BasePlan(title: "Late"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal("complete 2 1 0 0 1 0", await ingestor.LastSyncAsync());
        Assert.Equal(["Late 2021-06-30 21:00:00 2021-06-30 22:00:00 - -"], await ingestor.PublishedAsync());

        // Also when only the earlier record differs from the catalog.
        provider.Serve(BasePlan(title: "Early"), BasePlan(title: "Late"), BasePlan("2"));
        await ingestor.PollAsync();

        Assert.Equal("complete 3 1 1 0 1 0", await ingestor.LastSyncAsync());
        Assert.Equal(["Late", "Title"], await ingestor.RowsAsync("SELECT title FROM events ORDER BY base_plan_id"));
    }
}
