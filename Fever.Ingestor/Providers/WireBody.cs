using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>A body as it comes over the wire: counted, limited, and never waited for longer than agreed.</summary>
internal sealed class WireBody(Stream body, long? length, FeedLimits limits, PollDeadline deadline, TimeProvider time) : AsyncOnlyStream
{
    private readonly ByteRate _rate = new(limits.MinRate);
    private readonly string _tooSlow =
        $"the feed came too slowly: less than {limits.MinRate} bytes a second over {ByteRate.Window.TotalSeconds:0} s (Limits:MinRate is {limits.MinRate})";

    public long Bytes { get; private set; }

    public static FeedException TooLarge(FeedLimits limits) =>
        new(FeedFault.TooLarge, $"the feed has more bytes on the wire than allowed (Limits:MaxCompressedBytes is {limits.MaxCompressedBytes})");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var room = limits.MaxCompressedBytes - Bytes;
        var began = time.GetTimestamp();
        var count = await deadline.WithinAsync(
            _rate.LongestWait, _tooSlow, async cancellation => await ReadAsync(Within(buffer, room), room, cancellation), cancellationToken);
        // What the reader does between two reads is not the provider's fault.
        _rate.Add(count, time.GetElapsedTime(began));
        Bytes += count;
        return count;
    }

    private async Task<int> ReadAsync(Memory<byte> buffer, long room, CancellationToken cancellation)
    {
        try
        {
            var count = await body.ReadAsync(buffer, cancellation);
            return count <= room ? count : throw TooLarge(limits);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            cancellation.ThrowIfCancellationRequested();
            var whole = length is null ? "its end" : $"its {length} bytes";
            throw new FeedException(FeedFault.Interrupted, $"the feed broke off after {Bytes} bytes, before {whole}", exception);
        }
    }
}
