using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fever.SearchApi.Database;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class CachingTests(Servers servers)
{
    [Fact]
    public async Task A_new_version_is_noticed_while_searches_hold_every_connection_of_theirs()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        using var gate = new QueryGate();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        gate.Close();
        var searches = new List<Task<HttpResponseMessage>>();
        for (var lane = 1; lane <= new DatabaseOptions().ReadWorkers; lane++)
        {
            searches.Add(client.GetAsync($"/search?starts_at=2021-01-0{lane}"));
            await Eventually.BecomesTrueAsync(() => gate.RoundTrips == lane);
        }

        await catalog.PublishAsync();
        await replica.LearnsAsync(1);

        gate.Open();
        Assert.All(await Task.WhenAll(searches), answer => Assert.True(answer.IsSuccessStatusCode));
    }

    [Fact]
    public async Task Answer_of_one_replica_serves_the_others_until_the_catalog_changes()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "seen");
        await using var first = new Replica(catalog.ConnectionString, servers.Redis);
        await using var second = new Replica(catalog.ConnectionString, servers.Redis);
        await WarmAsync(await first.ReadyAsync(), "/search?starts_at=2021-01-01");
        var client = await second.ReadyAsync();

        await catalog.AddAsync("unannounced", "2021-06-30 22:00");
        var answer = await client.GetAsync("/search?starts_at=2021-01-01");

        Assert.True(answer.IsCached());
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(["seen"], await client.TitlesAsync("?starts_at=2021-01-01"));

        await catalog.PublishAsync();

        await Eventually.BecomesTrueAsync(async () => (await client.TitlesAsync("?starts_at=2021-01-01")).Length == 2);
    }

    [Theory]
    [InlineData("/search?starts_at=2021-06-01T02:00:00%2B02:00")]
    [InlineData("/search?starts_at=2021-06-01T02:00:00+02:00")]
    [InlineData("/search?starts_at=2021-06-01")]
    [InlineData("/search?starts_at=2021-06-01T00:00:00.000000Z&utm_source=mail")]
    [InlineData("/search?utm_source=mail&STARTS_AT=2021-05-31t23:59:59.9999999z")]
    [InlineData("http://another-host/search?starts_at=2021-06-01T00:00:00Z")]
    public async Task Every_spelling_of_a_range_shares_one_entry(string spelling)
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        await WarmAsync(client, "/search?starts_at=2021-06-01T00:00:00Z");

        Assert.True((await client.GetAsync(spelling)).IsCached());
    }

    [Fact]
    public async Task Different_ranges_have_different_entries()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        await WarmAsync(client, "/search?starts_at=2021-06-01");

        foreach (var other in new[] { "", "?ends_at=2021-06-01", "?starts_at=2021-06-02", "?starts_at=2021-06-01&ends_at=2021-06-01" })
        {
            Assert.False((await client.GetAsync($"/search{other}")).IsCached());
        }
    }

    [Fact]
    public async Task Nothing_is_answered_and_no_traffic_wanted_while_the_version_is_unknown()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.ExecuteAsync("REVOKE SELECT ON catalog FROM fever_reader");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = replica.CreateClient();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/search")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/search")).StatusCode);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alive")).StatusCode);

        await catalog.ExecuteAsync("GRANT SELECT ON catalog TO fever_reader");

        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/health")).IsSuccessStatusCode);
        await WarmAsync(client, "/search");
    }

    [Fact]
    public async Task Database_restored_from_a_backup_is_followed_and_old_answers_under_its_numbers_are_not_shown()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "before");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        await WarmAsync(client, "/search");
        await catalog.PublishAsync();
        await Eventually.BecomesTrueAsync(async () => !(await client.GetAsync("/search?utm=1")).IsCached());
        await WarmAsync(client, "/search");

        await catalog.ExecuteAsync("UPDATE events SET title = 'restored'");
        await catalog.ExecuteAsync("UPDATE catalog SET version = 0, changed_at = clock_timestamp()");

        await Eventually.BecomesTrueAsync(async () => (await client.TitlesAsync(""))[0] == "restored");
    }

    [Fact]
    public async Task Caller_who_leaves_in_the_middle_of_an_answer_spoils_it_for_nobody()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.ExecuteAsync(
            """
            INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, starts_at, ends_at,
                                sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
            SELECT gen_random_uuid(), 'test', n::text, '1', repeat('long ', 20), now(), now(), now(), 'online', '{}', '', now(), now(), now()
            FROM generate_series(1, 20000) n
            """);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        replica.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var client = await replica.ReadyAsync();

        for (var year = 1901; year <= 1905; year++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/search?starts_at={year}-01-01");
            await ReadAFewBytesAndLeaveAsync(client.BaseAddress!, path);

            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(20000, (await client.TitlesAsync(path["/search".Length..])).Length);
            }
        }
    }

    private static async Task ReadAFewBytesAndLeaveAsync(Uri server, string path)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n"));
        Assert.NotEqual(0, await stream.ReadAsync(new byte[100]));
        socket.Client.LingerState = new LingerOption(enable: true, seconds: 0);
    }

    /// <summary>Asks until the answer comes from the cache: writing to it does not hold the first answer up.</summary>
    private static Task WarmAsync(HttpClient client, string path) =>
        Eventually.BecomesTrueAsync(async () => (await client.GetAsync(path)).IsCached());
}
