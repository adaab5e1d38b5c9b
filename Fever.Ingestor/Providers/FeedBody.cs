using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>A feed's own bytes: unpacked as they are asked for, counted and limited.</summary>
internal sealed class FeedBody(WireBody wire, FeedContentCoding coding, FeedLimits limits) : AsyncOnlyStream
{
    // A small document compresses as far as it likes: it costs nothing.
    private const long RatioCountsFrom = 8L << 20;

    private readonly Stream _content = coding.Unpack(wire);

    public WireBody Wire => wire;

    public long Bytes { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var room = limits.MaxBytes - Bytes;
        var count = await UnpackAsync(Within(buffer, room), cancellationToken);
        if (count > room)
        {
            throw new FeedException(FeedFault.TooLarge, $"the feed has more bytes than allowed (Limits:MaxBytes is {limits.MaxBytes})");
        }

        Bytes += count;
        if (Bytes > RatioCountsFrom && Bytes > wire.Bytes * limits.MaxCompressionRatio)
        {
            throw new FeedException(
                FeedFault.CompressionBomb,
                $"the feed's {wire.Bytes} bytes on the wire unpack to {Bytes} and more (Limits:MaxCompressionRatio is {limits.MaxCompressionRatio})");
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _content.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> UnpackAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var count = await _content.ReadAsync(buffer, cancellationToken);
            var isNothing = count == 0 && buffer.Length > 0 && wire.Bytes == 0 && coding != FeedContentCoding.None;
            return isNothing ? throw Damaged(null) : count;
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException and not ObjectDisposedException)
        {
            throw Damaged(exception);
        }
    }

    private FeedException Damaged(Exception? exception) =>
        new(FeedFault.Encoding, $"the feed is not whole {coding.Name} data: damaged or cut short in its first {wire.Bytes} bytes", exception);
}
