using System.Net;
using System.Text.RegularExpressions;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>Ranges with more events than one response may have.</summary>
[Collection(nameof(Servers))]
public sealed class MaxEventsTests(Servers servers)
{
    [Fact]
    public async Task Range_with_too_many_events_is_refused_naming_the_number_and_the_way_to_read_it()
    {
        await using var replica = await OfAsync(events: 1501, maxEvents: 1500);
        var client = await replica.ReadyAsync();

        var answer = await client.GetAsync("/search?starts_at=2021-01-01");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("bad_request", await answer.ErrorCodeAsync());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var message = await answer.ErrorMessageAsync();
        Assert.Contains("more than 1500 events", message, StringComparison.Ordinal);
        Assert.Contains("limit", message, StringComparison.Ordinal);
        Assert.Equal(1500, (await (await client.GetAsync("/search?ends_at=2021-01-03T01:00:00Z")).EventIdsAsync()).Length);
    }

    [Fact]
    public async Task Refusal_is_read_once_a_version()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1501);
        using var gate = new QueryGate();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering().With("Database:MaxEvents", "1500");
        var client = await replica.ReadyAsync();

        for (var version = 0; version < 2; version++)
        {
            await replica.LearnsAsync(version);
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/search")).StatusCode);
                Assert.Equal(version + 1, gate.Queries);
            }

            await catalog.PublishAsync();
        }

        await catalog.ExecuteAsync("DELETE FROM events WHERE plan_id = '1' AND base_plan_id = '7'");
        await catalog.PublishAsync();
        await replica.LearnsAsync(3);
        Assert.Equal(1500, (await (await client.GetAsync("/search")).EventIdsAsync()).Length);
    }

    [Fact]
    public async Task Pages_of_a_refused_range_are_answered_and_so_is_the_rest_once_it_is_short_enough()
    {
        await using var replica = await OfAsync(events: 3000, maxEvents: 1500);
        var client = await replica.ReadyAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/search")).StatusCode);

        var first = await client.GetAsync("/search?limit=1000");
        var second = await client.GetAsync(first.NextPage());
        var afterFirst = await client.GetAsync(RestAfter(first));
        var afterSecond = await client.GetAsync(RestAfter(second));
        var third = await client.GetAsync(second.NextPage());

        Assert.Equal(HttpStatusCode.BadRequest, afterFirst.StatusCode);
        var last = await third.EventIdsAsync();
        Assert.Equal(last, await afterSecond.EventIdsAsync());
        Assert.Null(third.NextPage());
        Assert.Equal(3000, ((Guid[])[.. await first.EventIdsAsync(), .. await second.EventIdsAsync(), .. last]).Distinct().Count());
    }

    [Fact]
    public async Task Only_the_events_after_the_cursor_count_although_others_start_at_the_same_time()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 2000);
        await catalog.ExecuteAsync("UPDATE events SET starts_at = '2021-01-02', ends_at = '2021-01-02'");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).With("Database:MaxEvents", "1500");
        var client = await replica.ReadyAsync();
        var page = await client.GetAsync("/search?limit=500");

        var rest = await client.GetAsync(RestAfter(page));

        Assert.Equal(HttpStatusCode.OK, rest.StatusCode);
        Assert.Equal(1500, (await rest.EventIdsAsync()).Length);
    }

    [Theory]
    [InlineData("2021-01-03T01:00:00Z", 1500)]
    [InlineData("2021-01-02T23:00:00Z", 1380)]
    public async Task Events_that_end_after_the_range_neither_count_nor_come(string endsAt, int events)
    {
        // One a minute from 2021-01-02 on; beside every second one is another that ends too late.
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        await catalog.ExecuteAsync(
            """
            INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, end_local, starts_at, ends_at,
                                sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
            SELECT md5('late' || n::text)::uuid, 'late', n::text, '1', 'late', start_local, '2021-02-01', starts_at, '2021-02-01T00:00:00Z',
                   'online', '{}', '', now(), now(), now()
            FROM events, LATERAL (SELECT base_plan_id::int AS n) AS numbers WHERE n % 2 = 0
            """);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).With("Database:MaxEvents", "1500");
        var client = await replica.ReadyAsync();

        var whole = await (await client.GetAsync($"/search?ends_at={endsAt}")).EventIdsAsync();
        var first = await client.GetAsync($"/search?ends_at={endsAt}&limit=300");
        var rest = await client.GetAsync(RestAfter(first));

        Assert.Equal(events, whole.Length);
        Assert.Equal(whole, (await first.EventIdsAsync()).Concat(await rest.EventIdsAsync()));
    }

    private async Task<Replica> OfAsync(int events, int maxEvents)
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, events);
        return new Replica(catalog.ConnectionString, servers.Redis).With("Database:MaxEvents", $"{maxEvents}");
    }

    /// <summary>The next page without its limit.</summary>
    private static string RestAfter(HttpResponseMessage page) =>
        Regex.Replace(page.NextPage()!, "limit=[0-9]+&", "");
}
