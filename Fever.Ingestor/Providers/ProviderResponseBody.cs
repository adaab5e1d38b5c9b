using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>
/// The body of a provider's response, decompressed while it is read. Below the decompressor the bytes received, their
/// rate and the time are limited; above it the bytes that come out, and the compression ratio.
/// </summary>
internal sealed class ProviderResponseBody(HttpContent content, FeedContentCoding coding, FeedLimits limits, TimeLimit poll, TimeProvider time) : IDisposable
{
    // A small feed costs little, however well it is compressed.
    private const long RatioAppliesFrom = 8L << 20;

    private readonly Stream _connection = content.ReadAsStream();
    private readonly ByteRate _rate = new(limits.MinRate);

    public LimitedStream Received => field ??= new(ReceiveAsync, limits.MaxCompressedBytes, TooLarge(limits));

    public LimitedStream Decompressed => field ??= new(
        DecompressAsync, limits.MaxBytes, $"the feed has more bytes than allowed (Limits:MaxBytes is {limits.MaxBytes})");

    private Stream Decompressor => field ??= coding.Decompress(Received);

    public static string TooLarge(FeedLimits limits) =>
        $"the response has more bytes than allowed (Limits:MaxCompressedBytes is {limits.MaxCompressedBytes})";

    public void Dispose() => Decompressor.Dispose();

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var wait = new TimeLimit(
            _rate.LongestWait,
            $"the feed came too slowly: less than {limits.MinRate} bytes a second over {ByteRate.Window.TotalSeconds:0} s (Limits:MinRate is {limits.MinRate})",
            time);
        // The time that the reader takes between two reads is not the provider's fault.
        var began = time.GetTimestamp();
        var count = await poll.RunAsync(poll => wait.RunAsync(wait => ReadConnectionAsync(buffer, wait), poll), cancellationToken);
        _rate.Add(count, time.GetElapsedTime(began));
        return count;
    }

    private async Task<int> ReadConnectionAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = content.Headers.ContentLength is { } length ? $"its {length} bytes" : "its end";
            throw new FeedException(FeedFault.Interrupted, $"the feed broke off after {Received.BytesRead} bytes, before {end}", exception);
        }
    }

    private async ValueTask<int> DecompressAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Decompressed.BytesRead > RatioAppliesFrom && Decompressed.BytesRead > Received.BytesRead * limits.MaxCompressionRatio)
        {
            throw new FeedException(
                FeedFault.CompressionBomb,
                $"the feed's {Received.BytesRead} bytes decompress to {Decompressed.BytesRead} and more (Limits:MaxCompressionRatio is {limits.MaxCompressionRatio})");
        }

        try
        {
            var count = await Decompressor.ReadAsync(buffer, cancellationToken);
            // Decompressors take a body without a byte for a whole one.
            var isMissing = count == 0 && buffer.Length > 0 && Received.BytesRead == 0 && coding != FeedContentCoding.None;
            return isMissing ? throw Damaged(null) : count;
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException and not ObjectDisposedException)
        {
            throw Damaged(exception);
        }
    }

    private FeedException Damaged(Exception? exception) => new(
        FeedFault.Encoding, $"the feed is not whole {coding.Name} data: damaged or cut short in its first {Received.BytesRead} bytes", exception);
}
