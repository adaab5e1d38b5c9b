namespace Fever.Ingestor.Feeds;

/// <summary>
/// Refuses a token that is too long before the parser has all of it in memory, several times over: the reader says when
/// a token is done, and only so many bytes pass between two of them. Bytes are counted, not characters, because
/// otherwise a provider could hide the length in an encoding.
/// </summary>
internal sealed class TokenGuard(Stream document, int maxTokenBytes) : Stream
{
    private readonly byte[] _head = new byte[4];
    private int _headStart;
    private int _headEnd;
    private int _taken;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void TokenIsDone() => _taken = 0;

    /// <summary>The first four bytes, before any of them is read.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        _headEnd = document.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
        return _head.AsSpan(0, _headEnd);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_taken == maxTokenBytes)
        {
            throw new FeedException(FeedFault.TokenTooLong, $"a tag, name or value is longer than {maxTokenBytes} bytes (Limits:MaxTokenBytes)");
        }

        var count = ReadNext(buffer[..Math.Min(buffer.Length, maxTokenBytes - _taken)]);
        _taken += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();

    private int ReadNext(Span<byte> buffer)
    {
        var head = _head.AsSpan(_headStart.._headEnd);
        if (head.IsEmpty)
        {
            return document.Read(buffer);
        }

        head = head[..Math.Min(head.Length, buffer.Length)];
        head.CopyTo(buffer);
        _headStart += head.Length;
        return head.Length;
    }
}
