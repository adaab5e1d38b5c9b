using System.Net;
using System.Net.Sockets;
using System.Text;
using Fever.SearchApi.Reading;
using Fever.Testing;
using Npgsql;

namespace Fever.SearchApi.Tests;

/// <summary>Answers of more than a thousand events, which are read into a file.</summary>
[Collection(nameof(Servers))]
public sealed class LargeAnswerTests(Servers servers)
{
    private const string Prefix = """{"data":{"events":[""";
    private const string Suffix = """]},"error":null}""";

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(20000)]
    public async Task Large_answer_is_its_pages_together_and_tells_its_length(int events)
    {
        var catalogue = await FilledAsync(events);
        await using var replica = Caching(catalogue.ConnectionString);
        var client = await replica.ReadyAsync();
        var first = await client.GetByteArrayAsync("/search");

        var second = await client.GetAsync("/search");

        Assert.True(second.IsCached());
        Assert.Equal(first.Length, second.Content.Headers.ContentLength);
        Assert.Equal(first, await second.Content.ReadAsByteArrayAsync());
        Assert.Equal(await PagesAsync(client), Encoding.UTF8.GetString(first));
        using var head = new HttpRequestMessage(HttpMethod.Head, "/search");
        Assert.Equal(first.Length, (await client.SendAsync(head)).Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Large_answer_is_not_sent_again_to_who_has_it()
    {
        var catalogue = await FilledAsync(1500);
        await using var replica = Caching(catalogue.ConnectionString);
        await using var other = Caching(catalogue.ConnectionString);
        var client = await replica.ReadyAsync();
        var answer = await client.GetAsync("/search?starts_at=2021-01-01");
        var again = await (await other.ReadyAsync()).GetAsync("/search?starts_at=2021-01-01");
        Assert.Equal(answer.Headers.ETag, again.Headers.ETag);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/search?starts_at=2021-01-01");
        request.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Caller_who_stops_reading_holds_no_connection_and_nobody_up()
    {
        var catalogue = await FilledAsync(20000);
        await using var replica = Caching(catalogue.ConnectionString);
        replica.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var client = await replica.ReadyAsync();
        var silent = new List<TcpClient>();
        try
        {
            // More of them than there are connections.
            for (var day = 1; day <= 8; day++)
            {
                silent.Add(await ReadALittleAsync(client.BaseAddress!, $"/search?starts_at=2020-01-0{day}"));
            }

            await Eventually.BecomesTrueAsync(async () => await BusyReadersAsync(catalogue) == 0);
            Assert.Equal(silent.Count, replica.Pending.Count);
            Assert.Single(await (await client.GetAsync("/search?limit=1")).EventIdsAsync());
            Assert.Equal(20000, (await (await client.GetAsync("/search?starts_at=2020-02-01")).EventIdsAsync()).Length);
            Assert.Equal(20000, (await (await client.GetAsync("/search?starts_at=2020-01-01")).EventIdsAsync()).Length);
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }

        await Eventually.BecomesTrueAsync(() => replica.Pending.Count == 0);
    }

    [Fact]
    public async Task Callers_at_once_and_later_cost_one_read()
    {
        var catalogue = await FilledAsync(1500);
        using var gate = new QueryGate();
        await using var replica = Caching(catalogue.ConnectionString);
        var client = await replica.ReadyAsync();
        gate.Close();

        var callers = Enumerable.Range(0, 5).Select(_ => client.GetByteArrayAsync("/search")).ToArray();
        await Eventually.BecomesTrueAsync(() => replica.Pending.Count == callers.Length);
        gate.Open();

        var bodies = await Task.WhenAll(callers);
        var later = await client.GetByteArrayAsync("/search");
        Assert.All(bodies, body => Assert.Equal(later, body));
        Assert.Equal(1, gate.Queries);
    }

    [Fact]
    public async Task Answer_that_the_database_breaks_off_breaks_visibly_and_is_whole_the_next_time()
    {
        const int Events = 40000;
        var catalogue = await FilledAsync(Events);
        using var database = TcpProxy.ToPostgres(catalogue.ConnectionString);
        await using var replica = Caching(database.ConnectionString);
        replica.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var client = await replica.ReadyAsync();
        var broken = 0;
        string query;
        var year = 1900;

        // Until the cut has come before the end more often than there are turns; an answer that was quicker must be whole.
        do
        {
            query = $"/search?starts_at={++year}-01-01";
            using var answer = await client.GetAsync(query, HttpCompletionOption.ResponseHeadersRead);
            database.Cut();
            broken += await IsWholeAsync(answer, Events) ? 0 : 1;
            database.Restore();
            await Eventually.BecomesTrueAsync(async () => (await client.GetAsync($"/search?limit=1&starts_at={year}-01-01")).IsSuccessStatusCode);
        }
        while (broken <= LargeAnswers.MaxAtOnce);

        Assert.Equal(Events, (await (await client.GetAsync(query)).EventIdsAsync()).Length);
    }

    [Fact]
    public async Task Moments_of_one_minute_share_a_large_answer()
    {
        var catalogue = await FilledAsync(1500);
        using var gate = new QueryGate();
        await using var replica = Caching(catalogue.ConnectionString);
        var client = await replica.ReadyAsync();
        var first = await client.GetAsync("/search?starts_at=2021-01-01T08:00:10Z");
        var before = gate.Queries;

        var second = await client.GetAsync("/search?starts_at=2021-01-01T08:00:11Z");

        Assert.Equal(before, gate.Queries);
        Assert.True(second.IsCached());
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(), await second.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Moments_of_one_minute_have_large_answers_of_their_own_when_an_event_lies_between()
    {
        var catalogue = await FilledAsync(1500);
        var between = await catalogue.AddAsync("between", "2021-01-01 08:00:10.5");
        await using var replica = Caching(catalogue.ConnectionString);
        var client = await replica.ReadyAsync();

        var first = await client.GetAsync("/search?starts_at=2021-01-01T08:00:10Z");
        var second = await client.GetAsync("/search?starts_at=2021-01-01T08:00:11Z");

        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
        var later = await second.EventIdsAsync();
        Assert.Equal(1500, later.Length);
        Guid[] both = [between, .. later];
        Assert.Equal(both, await first.EventIdsAsync());
    }

    private Replica Caching(string postgres) => new Replica(postgres, servers.Redis).With("Caching:LocalSize", "67108864");

    /// <summary>Events that start a minute apart, from 2 January 2021 on.</summary>
    private async Task<Catalogue> FilledAsync(int events)
    {
        var catalogue = await Catalogue.CreateAsync(servers);
        await catalogue.ExecuteAsync(
            """
            INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, starts_at, ends_at,
                                sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
            SELECT md5(n::text)::uuid, 'test', n::text, '1', n || repeat(' long', 60), local, local AT TIME ZONE 'UTC', local AT TIME ZONE 'UTC',
                   'online', '{}', '', now(), now(), now()
            FROM generate_series(1, $1) n, LATERAL (SELECT timestamp '2021-01-02' + n * interval '1 minute' AS local) AS start
            """,
            events);
        return catalogue;
    }

    private static async Task<string> PagesAsync(HttpClient client)
    {
        var pieces = new List<string>();
        for (var next = "/search?limit=999"; next is not null;)
        {
            var page = await client.GetAsync(next);
            var body = await page.Content.ReadAsStringAsync();
            pieces.Add(body[Prefix.Length..^Suffix.Length]);
            next = page.NextPage();
        }

        return Prefix + string.Join(',', pieces) + Suffix;
    }

    /// <summary>Asks, reads the first bytes, and stays.</summary>
    private static async Task<TcpClient> ReadALittleAsync(Uri server, string path)
    {
        // A small window: what is under way must not hold the whole answer.
        var socket = new TcpClient { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(server.Host, server.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n"));
        Assert.NotEqual(0, await socket.GetStream().ReadAsync(new byte[100]));
        return socket;
    }

    private static async Task<long> BusyReadersAsync(Catalogue catalogue)
    {
        await using var connection = new NpgsqlConnection(catalogue.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'EventReader' AND state <> 'idle'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>False when the connection broke; an answer that ends must have everything.</summary>
    private static async Task<bool> IsWholeAsync(HttpResponseMessage answer, int events)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        try
        {
            Assert.Equal(events, (await answer.EventIdsAsync()).Length);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
