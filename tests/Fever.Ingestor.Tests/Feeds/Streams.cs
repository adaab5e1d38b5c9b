namespace Fever.Ingestor.Tests.Feeds;

/// <summary>A stream that can only be read forward.</summary>
internal abstract class ForwardStream : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public abstract override int Read(Span<byte> buffer);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
}

/// <summary>A beginning, then pieces without end; counts what was taken.</summary>
internal sealed class EndlessStream(byte[] beginning, Func<int, byte[]> piece) : ForwardStream
{
    private byte[] _current = beginning;
    private int _at;
    private int _pieces;

    public long Taken { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        if (_at == _current.Length)
        {
            (_current, _at) = (piece(_pieces++), 0);
        }

        var count = Math.Min(buffer.Length, _current.Length - _at);
        _current.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        Taken += count;
        return count;
    }
}

/// <summary>A document that comes in small pieces, counts the reads and then ends or breaks.</summary>
internal sealed class PiecewiseStream(byte[] document, int pieceSize, Exception? end = null) : ForwardStream
{
    private int _at;

    public int Reads { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        Reads++;
        var count = Math.Min(Math.Min(pieceSize, buffer.Length), document.Length - _at);
        document.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count == 0 && end is not null ? throw end : count;
    }
}
