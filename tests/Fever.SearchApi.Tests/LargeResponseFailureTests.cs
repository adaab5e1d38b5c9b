using System.Net;
using System.Net.Sockets;
using System.Text;
using Fever.SearchApi.Database;
using Fever.Testing;
using Npgsql;

namespace Fever.SearchApi.Tests;

/// <summary>Large answers to callers who do not read them, and from a database that goes.</summary>
[Collection(nameof(Servers))]
public sealed class LargeResponseFailureTests(Servers servers)
{
    [Fact]
    public async Task Caller_who_stops_reading_holds_no_connection_and_nobody_up()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 20000);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
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

            await Eventually.BecomesTrueAsync(async () => await BusyReadersAsync(catalog) == 0);
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
    public async Task Answer_that_the_database_breaks_off_breaks_visibly_and_is_whole_the_next_time()
    {
        const int Events = 40000;
        var catalog = await TestCatalog.OfMinutesAsync(servers, Events);
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var replica = new Replica(database.ConnectionString, servers.Redis).Remembering();
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
        while (broken <= LargeResponseReader.MaxConcurrency);

        Assert.Equal(Events, (await (await client.GetAsync(query)).EventIdsAsync()).Length);
    }

    [Fact]
    public async Task Response_that_breaks_off_leaves_the_one_before_as_the_last_known()
    {
        const int Events = 20000;
        var catalog = await TestCatalog.OfMinutesAsync(servers, Events);
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var replica = new Replica(database.ConnectionString, servers.Redis).Remembering().With("OutputCaching:RedisMaxEntrySize", "0");
        replica.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var client = await replica.ReadyAsync();
        Assert.Equal(Events, (await (await client.GetAsync("/search")).EventIdsAsync()).Length);
        await catalog.PublishAsync();
        await replica.LearnsAsync(1);
        // More than tells that there are many, less than all of them.
        database.Allow(2_000_000);

        using (var answer = await client.GetAsync("/search", HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(1, answer.CatalogVersion());
            database.Cut();
            Assert.False(await IsWholeAsync(answer, Events));
        }

        var lastKnown = await client.GetAsync("/search");
        Assert.Equal("SearchApi; hit; detail=last-known", lastKnown.CacheStatus());
        Assert.Equal(Events, (await lastKnown.EventIdsAsync()).Length);
    }

    [Fact]
    public async Task Responses_that_slow_readers_hold_leave_no_room_for_another_one_until_they_go()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 20000);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering().With("Database:MaxBytesInUse", "0");
        replica.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var client = await replica.ReadyAsync();
        for (var day = 1; day <= 2; day++)
        {
            await Eventually.BecomesTrueAsync(async () => (await client.GetAsync($"/search?starts_at=2020-01-0{day}")).IsSuccessStatusCode);
        }

        // Nobody used the first when the second was read, and now it is in memory.
        using (await ReadALittleAsync(client.BaseAddress!, "/search?starts_at=2020-01-01"))
        {
            var refused = await client.GetAsync("/search?starts_at=2020-01-03");

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
            Assert.Single(await (await client.GetAsync("/search?limit=1")).EventIdsAsync());
            Assert.Equal(20000, (await (await client.GetAsync("/search?starts_at=2020-01-02")).EventIdsAsync()).Length);
        }

        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search?starts_at=2020-01-03")).IsSuccessStatusCode);
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

    private static async Task<long> BusyReadersAsync(TestCatalog catalog)
    {
        await using var connection = new NpgsqlConnection(catalog.ConnectionString);
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
