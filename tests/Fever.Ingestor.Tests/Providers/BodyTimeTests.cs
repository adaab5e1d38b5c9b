using Fever.Ingestor.Feeds;
using Fever.Testing;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>How long a poll waits for a body, on a clock that only the tests move.</summary>
public sealed class BodyTimeTests
{
    private static readonly (string, string) MinRate = ("Limits:MinRate", "1024");

    [Theory]
    [InlineData("1024", "(Limits:MinRate is 1024)")]
    [InlineData("0", "(Timeout is 3600 s)")]
    public async Task Body_that_stops_midway_times_out(string minRate, string message)
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
            await exchange.RespondAsync("");
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
        using var provider = new RawProvider(exchange => exchange.RespondAsync(new string('x', 200)));
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
        using var provider = RawProvider.Responding(new string('x', 200));
        using var poller = new Poller(provider.Url, ("Timeout", "100"));
        await using var response = await poller.GetAsync();
        await response.Body.ReadExactlyAsync(new byte[100]);

        poller.Time.Advance(TimeSpan.FromSeconds(100));

        var exception = await Poller.FaultOfAsync(response.Body.CopyToAsync(Stream.Null));
        Assert.Contains("(Timeout is 100 s)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_while_the_body_is_read_is_no_fault_of_the_provider()
    {
        using var cancellation = new CancellationTokenSource();
        using var provider = Hanging();
        using var poller = new Poller(provider.Url);
        await using var response = await poller.GetAsync();
        await response.Body.ReadExactlyAsync(new byte[100]);
        var reading = response.Body.ReadAsync(new byte[100], cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private static RawProvider Hanging() => new(async exchange =>
    {
        await exchange.RespondAsync(new string('x', 100));
        await exchange.HangAsync();
    });
}
