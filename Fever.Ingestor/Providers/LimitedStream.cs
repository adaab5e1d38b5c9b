using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>Counts the bytes that are read of a provider's response, up to a limit. Reads are asynchronous only, because others would block a thread.</summary>
internal sealed class LimitedStream(Func<Memory<byte>, CancellationToken, ValueTask<int>> read, long maxBytes, string tooLarge) : Stream
{
    public long BytesRead { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // At the limit one byte more tells whether the body ends there.
        var left = maxBytes - BytesRead;
        var count = await read(buffer[..(int)Math.Min(buffer.Length, Math.Max(left, 1))], cancellationToken);
        BytesRead += count <= left ? count : throw new FeedException(FeedFault.TooLarge, tooLarge);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A provider's response is read asynchronously.");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
}
