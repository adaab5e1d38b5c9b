using System.Text;
using Fever.Ingestor.Feeds;
using static Fever.Ingestor.Tests.Harness.Packing;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>How a body is compressed, and what it decompresses to.</summary>
public sealed class ContentCodingTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public async Task Feed_is_requested_compressed_and_read_decompressed_and_counted()
    {
        var document = string.Concat(Enumerable.Repeat("<zone price=\"1\"/>", 5_000));
        foreach (var coding in new[] { "gzip", "br", "x-gzip", "GZIP", "identity" })
        {
            var packed = Pack(Encoding.UTF8.GetBytes(document), coding);
            using var provider = RawProvider.Responding(packed, $"Content-Encoding: {coding}");
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
    public async Task Coding_that_was_not_requested_is_refused(string header, string message)
    {
        using var provider = RawProvider.Responding("<planList/>", header);
        using var poller = new Poller(provider.Url);

        await poller.FailsAsync(FeedFault.Encoding, message);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Compressed_feed_cut_anywhere_is_not_taken_for_whole(string coding)
    {
        var packed = Pack(Encoding.UTF8.GetBytes("<planList>not much, but not nothing</planList>"), coding);
        var length = 0;
        using var provider = new RawProvider(exchange => exchange.RespondAsync(packed[..length], $"Content-Encoding: {coding}"));
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
            using var provider = RawProvider.Responding(body, $"Content-Encoding: {coding}");
            using var poller = new Poller(provider.Url);

            await poller.FailsAsync(FeedFault.Encoding, $"not whole {coding} data");
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Decompression_bomb_is_stopped_early(string coding)
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
    public async Task Small_feed_may_have_any_compression_ratio()
    {
        using var provider = RawProvider.Responding(Pack(new byte[8 * Megabyte], "gzip"), "Content-Encoding: gzip");
        using var poller = new Poller(provider.Url);

        Assert.Equal(8 * Megabyte, (await poller.ReadAsync()).Length);
    }

    /// <summary>Zeros without end, for as long as they are read.</summary>
    private static async Task BombAsync(RawProvider.Exchange exchange, string coding)
    {
        await exchange.RespondAsync("", $"Content-Encoding: {coding}");
        var zeros = new byte[Megabyte];
        await using var packer = Packer(exchange.Stream, coding);
        while (true)
        {
            await packer.WriteAsync(zeros, exchange.Closed);
        }
    }
}
