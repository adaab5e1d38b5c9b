using Fever.Ingestor.Feeds;
using Fever.Testing;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>How long a provider is waited for, on a clock that only the tests move.</summary>
public sealed class TimeTests
{
    private static readonly (string, string) Once = ("Retries", "0");
    private static readonly (string, string) FirstByte = ("Limits:FirstByteTimeout", "30");
    private static readonly (string, string) MinRate = ("Limits:MinRate", "1024");

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public async Task Headers_must_come_within_their_time(int seconds, bool isInTime)
    {
        var answer = new TaskCompletionSource();
        using var provider = new RawProvider(async exchange =>
        {
            await answer.Task;
            await exchange.AnswerAsync("<planList/>");
        });
        using var poller = new Poller(provider.Url, Once, FirstByte);
        var polling = poller.ReadAsync();
        await Eventually.BecomesTrueAsync(() => !provider.Requests.IsEmpty);

        poller.Time.Advance(TimeSpan.FromSeconds(seconds));

        if (isInTime)
        {
            answer.SetResult();
            Assert.Equal("<planList/>", await polling);
        }
        else
        {
            var exception = await Poller.FaultOfAsync(polling);
            Assert.Equal(FeedFault.Timeout, exception.Fault);
            Assert.Contains("(Limits:FirstByteTimeout is 30 s)", exception.Message, StringComparison.Ordinal);
            answer.SetResult();
        }
    }

    [Fact]
    public async Task Headers_that_never_end_are_no_answer()
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
    public async Task Handshake_that_hangs_is_no_answer()
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
    public async Task Each_attempt_has_its_own_time_for_an_answer()
    {
        using var provider = new RawProvider(exchange => exchange.Number < 3 ? exchange.HangAsync() : exchange.AnswerAsync("<planList/>"));
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
        using var provider = RawProvider.Refusing("503 Busy");
        using var poller = new Poller(provider.Url, ("Retries", "10"), ("Timeout", "20"));

        await poller.FailsAsync(FeedFault.Timeout, "(Timeout is 20 s)");
    }

    [Theory]
    [InlineData("1024", "(Limits:MinRate is 1024)")]
    [InlineData("0", "(Timeout is 3600 s)")]
    public async Task Body_that_stops_midway_is_given_up(string minRate, string message)
    {
        using var provider = Hanging();
        using var poller = new Poller(provider.Url, ("Limits:MinRate", minRate));
        await using var response = await poller.GetAsync();
        await response.Body.ReadExactlyAsync(new byte[100]);
        var reading = response.Body.ReadAsync(new byte[100]).AsTask();

        poller.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(reading.IsCompleted);
        poller.Time.Advance(TimeSpan.FromSeconds(minRate == "0" ? 3_571 : 1));

        var exception = await Poller.FaultOfAsync(reading);
        Assert.Equal(FeedFault.Timeout, exception.Fault);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(1_100, true)]
    public async Task Body_must_keep_coming_at_its_rate(int bytesEachSecond, bool isEnough)
    {
        using var tick = new SemaphoreSlim(0);
        using var provider = new RawProvider(async exchange =>
        {
            await exchange.AnswerAsync("");
            for (var second = 0; second < 120; second++)
            {
                await tick.WaitAsync(exchange.Closed);
                await exchange.SendAsync(new string('x', bytesEachSecond));
            }
        });
        using var poller = new Poller(provider.Url, MinRate);
        await using var response = await poller.GetAsync();
        var reading = response.Body.CopyToAsync(Stream.Null);

        for (var second = 1; second <= 120 && !reading.IsCompleted; second++)
        {
            poller.Time.Advance(TimeSpan.FromSeconds(1));
            tick.Release();
            await Eventually.BecomesTrueAsync(() => response.Bytes == second * bytesEachSecond || reading.IsCompleted);
        }

        if (isEnough)
        {
            await reading;
            Assert.Equal(120 * bytesEachSecond, response.Bytes);
        }
        else
        {
            var exception = await Poller.FaultOfAsync(reading);
            Assert.Contains("less than 1024 bytes a second over 30 s", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Reader_that_takes_its_time_does_not_make_the_provider_slow()
    {
        using var provider = new RawProvider(exchange => exchange.AnswerAsync(new string('x', 200)));
        using var poller = new Poller(provider.Url, MinRate);
        await using var response = await poller.GetAsync();

        for (var i = 0; i < 10; i++)
        {
            poller.Time.Advance(TimeSpan.FromSeconds(300));
            await response.Body.ReadExactlyAsync(new byte[20]);
        }

        Assert.Equal(0, await response.Body.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Poll_is_over_when_its_time_is_up_however_fast_the_body_comes()
    {
        using var provider = RawProvider.Answering(new string('x', 200));
        using var poller = new Poller(provider.Url, ("Timeout", "100"));
        await using var response = await poller.GetAsync();
        await response.Body.ReadExactlyAsync(new byte[100]);

        poller.Time.Advance(TimeSpan.FromSeconds(100));

        var exception = await Poller.FaultOfAsync(response.Body.CopyToAsync(Stream.Null));
        Assert.Contains("(Timeout is 100 s)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_a_poll_before_its_answer_is_no_fault_of_the_provider()
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_while_the_body_is_read_is_no_fault_of_the_provider(bool isThePoll)
    {
        using var cancellation = new CancellationTokenSource();
        using var provider = Hanging();
        using var poller = new Poller(provider.Url);
        await using var response = await poller.GetAsync(cancellationToken: isThePoll ? cancellation.Token : CancellationToken.None);
        await response.Body.ReadExactlyAsync(new byte[100]);
        var reading = response.Body.ReadAsync(new byte[100], isThePoll ? CancellationToken.None : cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private static RawProvider Hanging() => new(async exchange =>
    {
        await exchange.AnswerAsync(new string('x', 100));
        await exchange.HangAsync();
    });
}
