using Fever.Ingestor.Feeds;
using static Fever.Ingestor.Tests.Harness.Packing;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>How many bytes of a body are read, and how it ends.</summary>
public sealed class BodyTests
{
    [Theory]
    [InlineData("Limits:MaxCompressedBytes", "identity")]
    [InlineData("Limits:MaxBytes", "identity")]
    [InlineData("Limits:MaxBytes", "gzip")]
    public async Task Feed_is_read_up_to_its_limit_and_no_further(string limit, string coding)
    {
        foreach (var length in new[] { 100_000, 100_001 })
        {
            using var provider = RawProvider.Responding(Pack(new byte[length], coding), $"Content-Encoding: {coding}");
            using var poller = new Poller(provider.Url, (limit, "100000"));
            await using var response = await poller.GetAsync();
            var read = new MemoryStream();
            var reading = response.Body.CopyToAsync(read);

            if (length > 100_000)
            {
                var exception = await Poller.FaultOfAsync(reading);
                Assert.Equal(FeedFault.TooLarge, exception.Fault);
                Assert.Contains($"{limit} is 100000", exception.Message, StringComparison.Ordinal);
            }

            await reading.ContinueWith(_ => { }, TaskScheduler.Default);
            Assert.Equal(100_000, read.Length);
        }
    }

    [Fact]
    public async Task Feed_that_announces_too_much_is_not_read_at_all()
    {
        using var provider = RawProvider.Responding("<", "Content-Length: 100001");
        using var poller = new Poller(provider.Url, ("Limits:MaxCompressedBytes", "100000"));

        var exception = await Poller.FaultOfAsync(poller.GetAsync());

        Assert.Equal(FeedFault.TooLarge, exception.Fault);
    }

    [Theory]
    [InlineData("Content-Length: 100", "0123456789", "broke off after 10 bytes, before its 100 bytes")]
    [InlineData("Transfer-Encoding: chunked", "a\r\n0123456789\r\n", "broke off after 10 bytes, before its end")]
    [InlineData("Transfer-Encoding: chunked", "64\r\n0123456789", "broke off after 10 bytes")]
    [InlineData("Transfer-Encoding: chunked", "a\r\n0123456789\r\nZZ\r\n", "broke off after ")]
    public async Task Body_that_ends_early_is_not_taken_for_whole(string header, string body, string message)
    {
        using var provider = RawProvider.Responding(body, header);
        using var poller = new Poller(provider.Url);

        await poller.FailsAsync(FeedFault.Interrupted, message);
    }

    [Fact]
    public async Task Bytes_beyond_the_announced_length_are_not_part_of_the_feed()
    {
        using var provider = RawProvider.Responding("<planList/>junk", "Content-Length: 11");
        using var poller = new Poller(provider.Url);

        Assert.Equal("<planList/>", await poller.ReadAsync());
    }

    [Fact]
    public async Task Connection_reset_midway_is_an_interruption()
    {
        var read = new TaskCompletionSource();
        using var provider = new RawProvider(async exchange =>
        {
            await exchange.RespondAsync("0123456789", "Content-Length: 100");
            await read.Task;
            exchange.Reset();
        });
        using var poller = new Poller(provider.Url);
        await using var response = await poller.GetAsync();
        await response.Body.ReadExactlyAsync(new byte[10]);

        read.SetResult();
        var exception = await Poller.FaultOfAsync(response.Body.CopyToAsync(Stream.Null));

        Assert.Equal(FeedFault.Interrupted, exception.Fault);
        Assert.Equal(10, response.Bytes);
    }

    [Fact]
    public async Task Body_cannot_be_read_synchronously()
    {
        using var provider = RawProvider.Responding("<planList/>");
        using var poller = new Poller(provider.Url);
        await using var response = await poller.GetAsync();

        Assert.Throws<NotSupportedException>(() => response.Body.ReadByte());
    }
}
