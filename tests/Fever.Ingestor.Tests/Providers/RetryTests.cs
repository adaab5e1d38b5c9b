using System.Net;
using System.Net.Sockets;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>When a request is sent again within one poll.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData("500 Error")]
    [InlineData("503 Busy")]
    [InlineData("408 Slow")]
    [InlineData("429 Often")]
    public async Task Transient_error_is_tried_again_but_not_in_a_probe(string status)
    {
        using var provider = RawProvider.RespondingWith(status);
        using var poller = new Poller(provider.Url);

        await poller.FailsAsync(FeedFault.Refused, $"the provider responded with {status[..3]}");
        Assert.Equal(4, provider.Requests.Count);

        await poller.FailsAsync(FeedFault.Refused, $"the provider responded with {status[..3]}", isProbe: true);
        Assert.Equal(5, provider.Requests.Count);
    }

    [Theory]
    [InlineData("404 Gone")]
    [InlineData("401 Who")]
    [InlineData("204 Nothing")]
    [InlineData("206 Partly")]
    [InlineData("300 Many")]
    [InlineData("304 Unconditional")]
    public async Task Other_status_is_not_tried_again(string status)
    {
        using var provider = RawProvider.RespondingWith(status);
        using var poller = new Poller(provider.Url);

        var refusal = await poller.FailsAsync(FeedFault.Refused, $"the provider responded with {status[..3]}");

        Assert.Null(refusal.RetryAfter);
        Assert.Single(provider.Requests);
    }

    [Theory]
    [InlineData("503 Busy", "120", 120)]
    [InlineData("429 Often", "0", 0)]
    [InlineData("500 Error", "Thu, 01 Jan 2026 00:10:00 GMT", 600)]
    [InlineData("503 Busy", "Thu, 01 Jan 2015 00:00:00 GMT", 0)]
    public async Task Provider_that_says_when_to_come_back_is_not_tried_before(string status, string retryAfter, int seconds)
    {
        using var provider = RawProvider.RespondingWith(status, $"Retry-After: {retryAfter}");
        using var poller = new Poller(provider.Url);

        var refusal = await Poller.FaultOfAsync(poller.GetAsync());

        Assert.Equal(FeedFault.Refused, refusal.Fault);
        Assert.Equal(TimeSpan.FromSeconds(seconds), refusal.RetryAfter);
        Assert.Single(provider.Requests);
    }

    [Fact]
    public async Task Unreadable_Retry_After_is_ignored()
    {
        using var provider = RawProvider.RespondingWith("503 Busy", "Retry-After: later");
        using var poller = new Poller(provider.Url);

        Assert.Null((await poller.FailsAsync(FeedFault.Refused, "503")).RetryAfter);
        Assert.Equal(4, provider.Requests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("220 mail.example ESMTP\r\n")]
    [InlineData("HTTP/1.1 2\0 OK\r\n\r\n")]
    public async Task Connection_without_a_response_is_tried_again(string junk)
    {
        using var provider = new RawProvider(exchange => exchange.SendAsync(junk));
        using var poller = new Poller(provider.Url);

        var exception = await poller.FailsAsync(FeedFault.Unreachable, $"http://127.0.0.1:{provider.Port}");

        Assert.Equal(4, provider.Requests.Count);
        Assert.DoesNotContain(exception.Message, char.IsControl);
    }

    [Fact]
    public async Task Connection_reset_before_the_response_is_tried_again()
    {
        using var provider = new RawProvider(async exchange =>
        {
            if (exchange.Number > 1)
            {
                await exchange.RespondAsync("<planList/>");
            }

            exchange.Reset();
        });
        using var poller = new Poller(provider.Url);
        var polling = poller.GetAsync();
        await poller.PassTimeUntilAsync(() => polling.IsCompleted);

        await using var response = await polling;
        Assert.Equal(2, provider.Requests.Count);
    }

    [Fact]
    public async Task Endless_headers_are_no_response()
    {
        using var provider = new RawProvider(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\n");
            for (var i = 0; ; i++)
            {
                await exchange.SendAsync($"X-{i}: {new string('x', 1_000)}\r\n");
            }
        });
        using var poller = new Poller(provider.Url, ("Retries", "0"));

        await poller.FailsAsync(FeedFault.Unreachable, "no response from");
    }

    [Fact]
    public async Task Provider_that_is_not_there_is_named_with_the_reason()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var poller = new Poller($"http://user:secret@127.0.0.1:{port}/feed");

        var exception = await poller.FailsAsync(FeedFault.Unreachable, $"no response from http://127.0.0.1:{port}: Connection refused");

        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }
}
