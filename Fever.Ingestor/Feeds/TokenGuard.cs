namespace Fever.Ingestor.Feeds;

/// <summary>
/// Refuses a token that is too long before the parser behind it has it in memory, ten times over: whoever reads says
/// when a token is done, and between two of them only so many bytes come through. What a token is needs no knowledge
/// of the encoding, in which a provider could hide.
/// </summary>
internal sealed class TokenGuard(Stream document, int maxTokenBytes) : Stream
{
    private int _taken;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void TokenIsDone() => _taken = 0;

    public override int Read(Span<byte> buffer)
    {
        if (_taken == maxTokenBytes)
        {
            throw TooLong(maxTokenBytes);
        }

        var count = document.Read(buffer[..Math.Min(buffer.Length, maxTokenBytes - _taken)]);
        _taken += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();

    public static FeedException TooLong(int maxTokenBytes) =>
        new(FeedFault.TokenTooLong, $"a tag, name or value is longer than {maxTokenBytes} bytes (Limits:MaxTokenBytes)");
}
