using Fever.Ingestor.Feeds;
using Fever.Testing;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>How long a poll waits for a response, on a clock that only the tests move.</summary>
public sealed class ResponseTimeTests
{
    private static readonly (string, string) Once = ("Retries", "0");
    private static readonly (string, string) FirstByte = ("Limits:FirstByteTimeout", "30");

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public async Task Headers_must_come_within_their_time(int seconds, bool isInTime)
    {
        var release = new TaskCompletionSource();
        using var provider = new RawProvider(async exchange =>
        {
            await release.Task;
            await exchange.RespondAsync("<planList/>");
        });
        using var poller = new Poller(provider.Url, Once, FirstByte);
        var polling = poller.ReadAsync();
        await Eventually.BecomesTrueAsync(() => !provider.Requests.IsEmpty);

        poller.Time.Advance(TimeSpan.FromSeconds(seconds));

        if (isInTime)
        {
            release.SetResult();
            Assert.Equal("<planList/>", await polling);
        }
        else
        {
            var exception = await Poller.FaultOfAsync(polling);
            Assert.Equal(FeedFault.Timeout, exception.Fault);
            Assert.Contains("(Limits:FirstByteTimeout is 30 s)", exception.Message, StringComparison.Ordinal);
            release.SetResult();
        }
    }

    [Fact]
    public async Task Headers_that_never_end_are_no_response()
    {
        using var provider = new RawProvider(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nX: ");
            await exchange.HangAsync();
        });
        using var poller = new Poller(provider.Url, Once, FirstByte);

        await poller.FailsAsync(FeedFault.Timeout, "Limits:FirstByteTimeout");
    }

    [Fact]
    public async Task Handshake_that_hangs_is_no_response()
    {
        using var provider = new RawProvider(exchange => exchange.HangAsync());
        using var poller = new Poller($"https://127.0.0.1:{provider.Port}/", Once, FirstByte);

        await poller.FailsAsync(FeedFault.Timeout, "Limits:FirstByteTimeout");
    }

    [Fact]
    public async Task Connection_must_be_made_within_its_time()
    {
        using var poller = Poller.InProduction("http://feed.example/", (_, _) => new TaskCompletionSource<System.Net.IPAddress[]>().Task, Once, ("Limits:ConnectTimeout", "10"));

        await poller.FailsAsync(FeedFault.Timeout, "no connection to feed.example:80 in time (Limits:ConnectTimeout is 10 s)");
    }

    [Fact]
    public async Task Each_attempt_has_its_own_time_for_a_response()
    {
        using var provider = new RawProvider(exchange => exchange.Number < 3 ? exchange.HangAsync() : exchange.RespondAsync("<planList/>"));
        using var poller = new Poller(provider.Url, FirstByte, ("Retries", "10"));

        var polling = poller.ReadAsync();
        await poller.PassTimeUntilAsync(() => polling.IsCompleted);

        Assert.Equal("<planList/>", await polling);
    }

    [Fact]
    public async Task All_attempts_together_have_the_time_of_one_poll()
    {
        using var provider = new RawProvider(exchange => exchange.HangAsync());
        using var poller = new Poller(provider.Url, ("Retries", "10"), ("Timeout", "100"), FirstByte);

        await poller.FailsAsync(FeedFault.Timeout, "the feed did not arrive in time (Timeout is 100 s)");
    }

    [Fact]
    public async Task Waiting_between_attempts_is_part_of_the_poll()
    {
        using var provider = RawProvider.RespondingWith("503 Busy");
        using var poller = new Poller(provider.Url, ("Retries", "10"), ("Timeout", "20"));

        await poller.FailsAsync(FeedFault.Timeout, "(Timeout is 20 s)");
    }

    [Fact]
    public async Task Cancellation_before_the_response_is_no_fault_of_the_provider()
    {
        using var cancellation = new CancellationTokenSource();
        using var provider = new RawProvider(exchange => exchange.HangAsync());
        using var poller = new Poller(provider.Url);
        var polling = poller.GetAsync(cancellationToken: cancellation.Token);
        await Eventually.BecomesTrueAsync(() => !provider.Requests.IsEmpty);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => polling.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Single(provider.Requests);
    }
}
