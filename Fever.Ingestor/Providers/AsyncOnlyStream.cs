namespace Fever.Ingestor.Providers;

/// <summary>Read forward only, and never by blocking a thread on a provider.</summary>
internal abstract class AsyncOnlyStream : Stream
{
    public sealed override bool CanRead => true;
    public sealed override bool CanSeek => false;
    public sealed override bool CanWrite => false;
    public sealed override long Length => throw new NotSupportedException();
    public sealed override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Feeds are read asynchronously.");
    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public sealed override void SetLength(long value) => throw new NotSupportedException();
    public sealed override void Flush() => throw new NotSupportedException();

    /// <summary>The part of a buffer to read into so that a limit is met to the byte; with no room left, one byte tells whether there is more.</summary>
    protected static Memory<byte> Within(Memory<byte> buffer, long room) => buffer[..(int)Math.Min(buffer.Length, Math.Max(room, 1))];
}
