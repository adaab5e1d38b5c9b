using System.Net.Sockets;
using System.Text;
using Fever.Testing;
using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

public sealed class MicroCacheRefusalTests
{
    private readonly StoppedClock _clock = new();

    public static TheoryData<string, Action<HttpResponse>> NotStorable => new()
    {
        { "no version", response => response.Headers.Remove("Catalog-Version") },
        { "a version that is no number", response => response.Headers["Catalog-Version"] = "seven" },
        { "no tag", response => response.Headers.Remove("ETag") },
        { "a cookie", response => response.Headers.SetCookie = "who=you" },
        { "for one client", response => response.Headers.CacheControl = "private, max-age=1" },
        { "not to be stored", response => response.Headers.CacheControl = "no-store" },
        { "depends on more than the key", response => response.Headers.Vary = "Accept-Encoding, Accept-Language" },
        { "no length", response => response.ContentLength = null },
        { "a client's error", response => response.StatusCode = 400 },
        { "a server's error", response => response.StatusCode = 503 },
        { "another success", response => response.StatusCode = 203 },
    };

    [Theory]
    [MemberData(nameof(NotStorable))]
    public async Task A_response_that_must_not_be_shared_is_not_stored(string because, Action<HttpResponse> spoil)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7, spoil));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);

        for (var i = 0; i < 4; i++)
        {
            using var response = await gateway.Client.GetAsync("/search");
            Assert.False(response.IsHit(), because);
        }

        Assert.Equal(4, upstream.Requests.Count);
    }

    [Fact]
    public async Task A_response_that_is_cut_short_is_not_stored()
    {
        var isBroken = true;
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            await Replica.RespondAsync(context, 7, response => response.ContentLength += isBroken ? 10 : 0);
            if (isBroken)
            {
                // After the gateway has forwarded the first part.
                await Task.Delay(200);
                context.Abort();
            }
        });
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => gateway.Client.GetStringAsync("/search"));
        }

        isBroken = false;

        Assert.Equal("/search 7 ", await gateway.Client.GetStringAsync("/search"));
    }

    [Fact]
    public async Task A_client_that_leaves_during_a_response_does_not_affect_what_is_stored()
    {
        var rest = new TaskCompletionSource();
        var left = 0;
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            var body = "all of it"u8.ToArray();
            context.Response.ContentLength = body.Length;
            context.Response.Headers.ETag = "\"7\"";
            context.Response.Headers["Catalog-Version"] = "7";
            await context.Response.Body.WriteAsync(body.AsMemory(0, 3));
            context.RequestAborted.Register(() => Interlocked.Increment(ref left));
            await rest.Task.WaitAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(body.AsMemory(3));
        });
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        for (var i = 1; i <= 3; i++)
        {
            await LeaveInTheMiddleAsync(gateway.Client.BaseAddress!.Port);
            await Eventually.BecomesTrueAsync(() => Volatile.Read(ref left) == i);
        }

        rest.SetResult();

        using var whole = await gateway.Client.GetAsync("/search");
        Assert.False(whole.IsHit());
        Assert.Equal("all of it", await whole.Content.ReadAsStringAsync());
        using var hit = await gateway.Client.GetAsync("/search");
        Assert.True(hit.IsHit());
        Assert.Equal("all of it", await hit.Content.ReadAsStringAsync());
    }

    private static async Task LeaveInTheMiddleAsync(int port)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", port);
        await connection.GetStream().WriteAsync("GET /search HTTP/1.1\r\nHost: fever\r\n\r\n"u8.ToArray());
        var buffer = new byte[4096];
        var response = new StringBuilder();
        while (!response.ToString().EndsWith("all", StringComparison.Ordinal))
        {
            var read = await connection.GetStream().ReadAsync(buffer);
            Assert.NotEqual(0, read);
            response.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }
}
