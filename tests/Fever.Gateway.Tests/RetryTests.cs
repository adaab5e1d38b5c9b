using System.Net;
using System.Net.Sockets;
using System.Text;
using Fever.Testing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Fever.Gateway.Tests;

public sealed class RetryTests
{
    // An empty SETTINGS frame (RFC 9113, 6.5), with which every server begins.
    private const string Http2Settings = "\0\0\0\x04\0\0\0\0\0";

    [Fact]
    public async Task Every_request_succeeds_when_a_replica_is_killed_under_load()
    {
        await using var survivor = await Upstream.StartAsync(context => context.Response.WriteAsync("response"));
        await using var victim = await Upstream.StartAsync(async context =>
        {
            await Task.Delay(5);
            await context.Response.WriteAsync("response");
        });
        await using var gateway = GatewayHost.InFrontOf(survivor, victim);
        using var load = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 8).Select(_ => SendUntilAsync(gateway.Client, load.Token)).ToArray();

        await Eventually.BecomesTrueAsync(() => victim.Requests.Count > 50);
        await victim.KillAsync();
        var before = survivor.Requests.Count;
        await Eventually.BecomesTrueAsync(() => survivor.Requests.Count > before + 200);
        await load.CancelAsync();

        Assert.All(await Task.WhenAll(workers), Assert.Empty);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Http2Settings)]
    [InlineData(Http2Settings + "\0\0\x01\x01\x04\0\0\0\x01\x88")] // HEADERS, all of them: 200
    [InlineData(Http2Settings + "\0\0\x05\x01\x04\0\0\0\x01\x88")] // HEADERS, cut short
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")]
    public async Task A_request_is_retried_when_a_replica_closes_the_connection_before_the_body(string beginning)
    {
        await using var good = await Upstream.StartAsync(context => context.Response.WriteAsync("response"));
        await using var bad = await Upstream.StartRawAsync(connection => BreakOffAfterAsync(connection, beginning));
        await using var gateway = GatewayHost.InFrontOf(good, bad);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("response", await gateway.Client.GetStringAsync("/search"));
        }
    }

    [Fact]
    public async Task A_request_is_retried_when_a_replica_hangs()
    {
        await using var good = await Upstream.StartAsync(context => context.Response.WriteAsync("response"));
        await using var hung = await Upstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var gateway = GatewayHost.InFrontOf(good, hung).WithResponseHeadersTimeout("00:00:05");

        await Eventually.BecomesTrueAsync(async () =>
        {
            Assert.Equal("response", await gateway.Client.GetStringAsync("/search"));
            return hung.Requests.Count > 0;
        });
    }

    [Fact]
    public async Task A_response_is_aborted_when_its_replica_hangs_in_the_middle()
    {
        using var frozen = new CancellationTokenSource();
        await using var replica = await Upstream.StartAsync(async context =>
        {
            await context.Response.WriteAsync("half of ");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var relay = await Upstream.StartRawAsync(connection => RelayAsync(connection, replica, frozen.Token));
        await using var gateway = GatewayHost.InFrontOf(relay);
        using var response = await gateway.Client.GetAsync("/search", HttpCompletionOption.ResponseHeadersRead);

        await frozen.CancelAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task A_client_gets_the_whole_body_when_it_pauses_for_longer_than_a_replica_may_take_to_respond()
    {
        const int Length = 20_000_000;
        var timeout = TimeSpan.FromSeconds(1);
        await using var upstream = await Upstream.StartAsync(context =>
        {
            context.Response.ContentLength = Length;
            return context.Response.Body.WriteAsync(new byte[Length]).AsTask();
        });
        await using var gateway = GatewayHost.InFrontOf(upstream).WithResponseHeadersTimeout($"{timeout}");
        using var response = await gateway.Client.GetAsync("/search", HttpCompletionOption.ResponseHeadersRead);

        await Task.Delay(2 * timeout);

        Assert.Equal(Length, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task A_request_is_not_retried_when_its_response_has_started()
    {
        await using var first = await Upstream.StartAsync(BreakOffAsync);
        await using var second = await Upstream.StartAsync(BreakOffAsync);
        await using var gateway = GatewayHost.InFrontOf(first, second);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => gateway.Client.GetStringAsync("/search"));

        Assert.Equal(1, first.Requests.Count + second.Requests.Count);

        static async Task BreakOffAsync(HttpContext context)
        {
            context.Response.ContentLength = 1_000_000;
            await context.Response.WriteAsync("half of an ans");
            await context.Response.Body.FlushAsync();
            // After the gateway has forwarded the first part.
            await Task.Delay(200);
            context.Abort();
        }
    }

    [Fact]
    public async Task A_request_is_not_retried_when_a_replica_responds_with_an_error()
    {
        await using var first = await Upstream.StartAsync(RefuseAsync);
        await using var second = await Upstream.StartAsync(RefuseAsync);
        await using var gateway = GatewayHost.InFrontOf(first, second);

        using var response = await gateway.Client.GetAsync("/search");

        Assert.Equal("busy", await response.Content.ReadAsStringAsync());
        Assert.Equal(1, first.Requests.Count + second.Requests.Count);

        static Task RefuseAsync(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync("busy");
        }
    }

    [Fact]
    public async Task A_request_with_a_body_is_not_retried()
    {
        await using var first = await Upstream.StartAsync(Upstream.AbortAsync);
        await using var second = await Upstream.StartAsync(Upstream.AbortAsync);
        await using var gateway = GatewayHost.InFrontOf(first, second);

        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/search") { Content = new StringContent("why?") });

        // YARP reports what it notices first: the failed replica, or the request body that it could not copy further.
        Assert.True(response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.BadRequest, $"{response.StatusCode}");
        Assert.Equal(1, first.Requests.Count + second.Requests.Count);
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("1", 2)]
    [InlineData("2", 3)]
    [InlineData(null, 3)]
    public async Task A_request_is_retried_at_most_as_often_as_configured(string? maxRetries, int attempts)
    {
        var upstreams = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Upstream.StartAsync(Upstream.AbortAsync)));
        await using var gateway = GatewayHost.InFrontOf(upstreams);
        if (maxRetries is not null)
        {
            gateway.With("Retries:MaxRetries", maxRetries);
        }


        using var response = await gateway.Client.GetAsync("/search");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(attempts, upstreams.Sum(upstream => upstream.Requests.Count));
        Assert.All(upstreams, upstream => Assert.InRange(upstream.Requests.Count, 0, 1));
        foreach (var upstream in upstreams)
        {
            await upstream.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_request_gets_502_with_retry_after_when_every_replica_is_down()
    {
        await using var gateway = GatewayHost.WithoutReplicas();

        using var response = await gateway.Client.GetAsync("/search");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("1", response.Headers.RetryAfter?.ToString());
        await response.AssertEnvelopeAsync("bad_gateway");
    }

    [Fact]
    public async Task A_request_gets_504_with_retry_after_when_every_replica_hangs()
    {
        await using var hung = await Upstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var gateway = GatewayHost.InFrontOf(hung).WithResponseHeadersTimeout("00:00:00.200");

        using var response = await gateway.Client.GetAsync("/search");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("1", response.Headers.RetryAfter?.ToString());
        await response.AssertEnvelopeAsync("timeout");
    }

    [Fact]
    public async Task The_gateway_does_not_start_with_a_negative_number_of_retries()
    {
        await using var gateway = GatewayHost.WithoutReplicas().With("Retries:MaxRetries", "-1");

        var refusal = Assert.Throws<OptionsValidationException>(() => gateway.Client);

        Assert.Contains("MaxRetries", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task BreakOffAfterAsync(ConnectionContext connection, string beginning)
    {
        await connection.Transport.Input.ReadAsync();
        await connection.Transport.Output.WriteAsync(Encoding.Latin1.GetBytes(beginning));
    }

    /// <summary>Connects to a replica that hangs, with all of its connections, once it is frozen.</summary>
    private static async Task RelayAsync(ConnectionContext connection, Upstream replica, CancellationToken frozen)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(new Uri(replica.Address).Authority), CancellationToken.None);
        await Task.WhenAll(
            connection.Transport.Input.CopyToAsync(client.GetStream(), frozen),
            client.GetStream().CopyToAsync(connection.Transport.Output.AsStream(), frozen)).ContinueWith(_ => { }, TaskScheduler.Default);
        await Task.Delay(Timeout.Infinite, connection.ConnectionClosed).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <returns>The responses that were not the expected one.</returns>
    private static async Task<List<string>> SendUntilAsync(HttpClient client, CancellationToken enough)
    {
        var failures = new List<string>();
        while (!enough.IsCancellationRequested)
        {
            using var response = await client.GetAsync("/search", CancellationToken.None);
            if (await response.Content.ReadAsStringAsync(CancellationToken.None) is not "response" and var other)
            {
                failures.Add($"{response.StatusCode} {other}");
            }
        }

        return failures;
    }
}
