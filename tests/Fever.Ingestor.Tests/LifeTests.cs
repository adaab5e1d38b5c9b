using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>What an event can live through, and what the journal says of it.</summary>
[Collection(nameof(SharedServers))]
public sealed class LifeTests(Servers servers)
{
    [Theory]
    [InlineData("title", "\"Title\"", "\"Renamed\"", "Renamed 2021-06-30 21:00:00 2021-06-30 22:00:00 10 20")]
    [InlineData("start", "\"2021-06-30T21:00:00\"", "\"2021-06-30T20:30:00\"", "Title 2021-06-30 20:30:00 2021-06-30 22:00:00 10 20")]
    [InlineData("end", "\"2021-06-30T22:00:00\"", "\"2021-07-01T01:00:00\"", "Title 2021-06-30 21:00:00 2021-07-01 01:00:00 10 20")]
    [InlineData("min_price", "\"10\"", "\"5.5\"", "Title 2021-06-30 21:00:00 2021-06-30 22:00:00 5.5 20")]
    [InlineData("max_price", "\"20\"", "\"99\"", "Title 2021-06-30 21:00:00 2021-06-30 22:00:00 10 99")]
    public async Task Event_whose_property_changes_is_published_with_the_new_value(string property, string before, string after, string published)
    {
        var old = BasePlan(prices: ["10", "20"]);
        await using var provider = await StubProvider.StartAsync(old);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(old.Replace(before, after, StringComparison.Ordinal));
        await ingestor.SyncAsync();

        Assert.Equal([published], await ingestor.PublishedAsync());
        Assert.Equal(
            [$"changed {before.Trim('"')} {after.Trim('"')}"],
            await ingestor.RowsAsync($"SELECT kind, before->>'{property}', after->>'{property}' FROM event_changes WHERE kind <> 'appeared'"));
    }

    [Theory]
    [InlineData("organizer_company_id", "base_plan_id=\"1\"", "base_plan_id=\"1\" organizer_company_id=\"7\"", "-", "7")]
    [InlineData("sell_from", "sell_from=\"2020-07-01T00:00:00\"", "sell_from=\"soon\"", "2020-07-01T00:00:00", "soon")]
    [InlineData("sell_to", "sell_to=\"2021-06-30T20:00:00\"", "", "2021-06-30T20:00:00", "-")]
    [InlineData("sold_out", "sold_out=\"false\"", "sold_out=\"true\"", "false", "true")]
    public async Task Fact_that_is_only_observed_is_journalled_and_changes_nothing_that_is_published(string fact, string before, string after, string was, string became)
    {
        var old = BasePlan().Replace("<plan ", "<plan sell_from=\"2020-07-01T00:00:00\" sell_to=\"2021-06-30T20:00:00\" sold_out=\"false\" ", StringComparison.Ordinal);
        await using var provider = await StubProvider.StartAsync(old);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        var published = await ingestor.PublishedAsync();
        var version = await ingestor.VersionAsync();

        provider.Serve(old.Replace(before, after, StringComparison.Ordinal));
        await ingestor.SyncAsync();

        Assert.Equal(
            [$"changed {was} {became} {became}"],
            await ingestor.RowsAsync(
                $"SELECT c.kind, c.before->>'{fact}', c.after->>'{fact}', e.observed->>'{fact}' FROM event_changes c JOIN events e ON e.id = c.event_id WHERE c.kind <> 'appeared'"));
        Assert.Equal(published, await ingestor.PublishedAsync());
        Assert.Equal(version, await ingestor.VersionAsync());
    }

    [Fact]
    public async Task Event_that_vanishes_stays_published_and_is_said_to_be_missing()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(BasePlan("2"));
        await ingestor.SyncAsync();

        Assert.Equal(2, (await ingestor.PublishedAsync()).Length);
        Assert.Equal(["1 t", "2 f"], await MissingAsync(ingestor));
        Assert.Equal(["1 appeared - Title", "1 vanished Title -", "2 appeared - Title"], await JournalAsync(ingestor));
    }

    [Fact]
    public async Task Event_that_returns_with_other_values_is_published_with_them()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        provider.Serve(BasePlan("2"));
        await ingestor.SyncAsync();

        provider.Serve(BasePlan("1", title: "Back"), BasePlan("2"));
        await ingestor.SyncAsync();

        Assert.Equal(["1 f", "2 f"], await MissingAsync(ingestor));
        Assert.Contains("1 returned Title Back", await JournalAsync(ingestor));
        Assert.Contains("Back 2021-06-30 21:00:00 2021-06-30 22:00:00 - -", await ingestor.PublishedAsync());
    }

    [Fact]
    public async Task Event_that_goes_offline_keeps_the_values_last_seen_online()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan(title: "Online"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(BasePlan(sellMode: "offline", title: "Offline"));
        await ingestor.SyncAsync();

        Assert.StartsWith("Online ", Assert.Single(await ingestor.PublishedAsync()), StringComparison.Ordinal);
        Assert.Equal(["offline"], await ingestor.RowsAsync("SELECT sell_mode FROM events"));
    }

    [Fact]
    public async Task Event_first_seen_offline_is_published_once_it_is_online_and_not_before()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan(sellMode: "offline"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        Assert.Empty(await ingestor.PublishedAsync());

        provider.Serve(BasePlan(sellMode: "online"));
        await ingestor.SyncAsync();

        Assert.Single(await ingestor.PublishedAsync());
        Assert.True(await ingestor.ScalarAsync<bool>("SELECT first_online_at > first_seen_at FROM events"));
    }

    [Fact]
    public async Task Same_ids_at_two_providers_are_two_events()
    {
        await using var one = await StubProvider.StartAsync(BasePlan(title: "One"));
        await using var other = await StubProvider.StartAsync(BasePlan(title: "Other"));
        await using var ingestor = await IngestorApp.StartAsync(servers, one.Url, other.Url);

        Assert.Equal(["p0 One", "p1 Other"], await ingestor.RowsAsync("SELECT provider, title FROM events ORDER BY provider"));

        one.Serve(BasePlan("2"));
        await ingestor.SyncAsync();

        Assert.Equal(["p0"], await ingestor.RowsAsync("SELECT provider FROM events WHERE missing_since IS NOT NULL"));
    }

    [Fact]
    public async Task Plan_moved_to_another_base_plan_is_another_event_and_the_old_one_stays_published()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1", plan: "7"), BasePlan("2", plan: "8"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(BasePlan("2", plan: "7"), BasePlan("2", plan: "8"));
        await ingestor.SyncAsync();

        Assert.Equal(["1 7 t", "2 7 f", "2 8 f"], await ingestor.RowsAsync(
            "SELECT base_plan_id, plan_id, missing_since IS NOT NULL FROM published_events JOIN events USING (id) ORDER BY 1, 2"));
    }

    private static Task<string[]> MissingAsync(IngestorApp ingestor) =>
        ingestor.RowsAsync("SELECT base_plan_id, missing_since IS NOT NULL FROM events ORDER BY 1");

    private static Task<string[]> JournalAsync(IngestorApp ingestor) =>
        ingestor.RowsAsync("SELECT base_plan_id, kind, before->>'title', after->>'title' FROM event_changes ORDER BY base_plan_id, id");
}
