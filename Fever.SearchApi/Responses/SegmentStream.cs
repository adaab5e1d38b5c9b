namespace Fever.SearchApi.Responses;

/// <summary>The compressed bytes of a <see cref="GzipBody"/>, from the first to the last, for one reader.</summary>
internal sealed class SegmentStream(GzipBody body) : Stream
{
    public const int BufferSize = 64 * 1024;

    private ReadOnlyMemory<byte> _segment;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_segment.IsEmpty)
        {
            _segment = await body.SegmentAsync(_next++, cancellationToken);
        }

        var count = Math.Min(buffer.Length, _segment.Length);
        _segment[..count].CopyTo(buffer);
        _segment = _segment[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
