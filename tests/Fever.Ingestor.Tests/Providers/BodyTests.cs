using System.IO.Compression;
using System.Text;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>What comes over the wire, and what it unpacks to.</summary>
public sealed class BodyTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public async Task Feed_is_asked_for_packed_and_comes_unpacked_and_counted()
    {
        var document = string.Concat(Enumerable.Repeat("<zone price=\"1\"/>", 5_000));
        foreach (var coding in new[] { "gzip", "br", "x-gzip", "GZIP", "identity" })
        {
            var packed = Pack(Encoding.UTF8.GetBytes(document), coding);
            using var provider = RawProvider.Answering(packed, $"Content-Encoding: {coding}");
            using var poller = new Poller(provider.Url);
            await using var response = await poller.GetAsync();
            using var reader = new StreamReader(response.Body);

            Assert.Equal(document, await reader.ReadToEndAsync());
            Assert.Equal((document.Length, packed.Length), (response.Bytes, response.CompressedBytes));
            Assert.Contains("Accept-Encoding: gzip, br\r\n", Assert.Single(provider.Requests), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Content-Encoding: deflate", "'deflate', accepted is one of gzip, br")]
    [InlineData("Content-Encoding: zstd", "'zstd'")]
    [InlineData("Content-Encoding: gzip, gzip", "'gzip, gzip'")]
    [InlineData("Content-Encoding: gzip\r\nContent-Encoding: br", "'gzip, br'")]
    [InlineData("Content-Encoding: g zip", "'g zip'")]
    public async Task Coding_that_was_not_asked_for_is_refused(string header, string message)
    {
        using var provider = RawProvider.Answering("<planList/>", header);
        using var poller = new Poller(provider.Url);

        await poller.FailsAsync(FeedFault.Encoding, message);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Packed_feed_cut_anywhere_is_not_taken_for_whole(string coding)
    {
        var packed = Pack(Encoding.UTF8.GetBytes("<planList>not much, but not nothing</planList>"), coding);
        var length = 0;
        using var provider = new RawProvider(exchange => exchange.AnswerAsync(packed[..length], $"Content-Encoding: {coding}"));
        using var poller = new Poller(provider.Url);

        for (; length < packed.Length; length++)
        {
            await poller.FailsAsync(FeedFault.Encoding, $"cut short in its first {length} bytes");
        }

        Assert.StartsWith("<planList>", await poller.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Feed_that_is_not_in_its_coding_is_refused(string coding)
    {
        var damaged = Pack(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1_000))), coding);
        // A single bit would do for gzip, but brotli has no checksum.
        damaged.AsSpan(damaged.Length / 2).Fill(0xFF);
        foreach (var body in new[] { damaged, "<planList></planList>"u8.ToArray() })
        {
            using var provider = RawProvider.Answering(body, $"Content-Encoding: {coding}");
            using var poller = new Poller(provider.Url);

            await poller.FailsAsync(FeedFault.Encoding, $"not whole {coding} data");
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Bomb_is_given_up_long_before_it_is_unpacked(string coding)
    {
        using var provider = new RawProvider(exchange => BombAsync(exchange, coding));
        using var poller = new Poller(provider.Url);
        await using var response = await poller.GetAsync();

        var exception = await poller.FailsAsync(() => response.Body.CopyToAsync(Stream.Null));

        Assert.Equal(FeedFault.CompressionBomb, exception.Fault);
        Assert.Contains("Limits:MaxCompressionRatio is 200", exception.Message, StringComparison.Ordinal);
        Assert.InRange(response.Bytes, 8 * Megabyte, 9 * Megabyte);
        Assert.InRange(response.CompressedBytes, 1, 9 * Megabyte / 200);
    }

    [Fact]
    public async Task Small_feed_may_be_packed_as_tightly_as_it_likes()
    {
        using var provider = RawProvider.Answering(Pack(new byte[8 * Megabyte], "gzip"), "Content-Encoding: gzip");
        using var poller = new Poller(provider.Url);

        Assert.Equal(8 * Megabyte, (await poller.ReadAsync()).Length);
    }

    [Theory]
    [InlineData("Limits:MaxCompressedBytes", "identity")]
    [InlineData("Limits:MaxBytes", "identity")]
    [InlineData("Limits:MaxBytes", "gzip")]
    public async Task Feed_is_read_up_to_its_limit_and_no_further(string limit, string coding)
    {
        foreach (var length in new[] { 100_000, 100_001 })
        {
            using var provider = RawProvider.Answering(Pack(new byte[length], coding), $"Content-Encoding: {coding}");
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
        using var provider = RawProvider.Answering("<", "Content-Length: 100001");
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
        using var provider = RawProvider.Answering(body, header);
        using var poller = new Poller(provider.Url);

        await poller.FailsAsync(FeedFault.Interrupted, message);
    }

    [Fact]
    public async Task Bytes_beyond_the_announced_length_are_not_part_of_the_feed()
    {
        using var provider = RawProvider.Answering("<planList/>junk", "Content-Length: 11");
        using var poller = new Poller(provider.Url);

        Assert.Equal("<planList/>", await poller.ReadAsync());
    }

    [Fact]
    public async Task Connection_reset_midway_is_an_interruption()
    {
        var read = new TaskCompletionSource();
        using var provider = new RawProvider(async exchange =>
        {
            await exchange.AnswerAsync("0123456789", "Content-Length: 100");
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
    public async Task Body_is_never_read_by_blocking()
    {
        using var provider = RawProvider.Answering("<planList/>");
        using var poller = new Poller(provider.Url);
        await using var response = await poller.GetAsync();

        Assert.Throws<NotSupportedException>(() => response.Body.ReadByte());
    }

    private static byte[] Pack(byte[] content, string coding)
    {
        var packed = new MemoryStream();
        using (var packer = Packer(packed, coding))
        {
            packer.Write(content);
        }

        return packed.ToArray();
    }

    private static Stream Packer(Stream packed, string coding) => coding switch
    {
        "br" => new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true),
        "identity" => new BufferedStream(packed),
        _ => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
    };

    /// <summary>Zeros without end, for as long as they are read.</summary>
    private static async Task BombAsync(RawProvider.Exchange exchange, string coding)
    {
        await exchange.AnswerAsync("", $"Content-Encoding: {coding}");
        var zeros = new byte[Megabyte];
        await using var packer = Packer(exchange.Stream, coding);
        while (true)
        {
            await packer.WriteAsync(zeros, exchange.Closed);
        }
    }
}
