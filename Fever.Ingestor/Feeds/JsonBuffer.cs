using System.Text;

namespace Fever.Ingestor.Feeds;

/// <summary>A JSON document as far as it is in memory: little more than one token of it.</summary>
internal sealed class JsonBuffer
{
    private const int FirstSize = 64 << 10;
    private const int LongRest = 4 << 10;

    private readonly Stream _document;
    private readonly int _maxTokenBytes;
    private byte[] _bytes;
    private int _filled;
    private JsonText? _text;
    private int _textFrom;
    private int _lines;
    private int _linesFrom;

    public JsonBuffer(Stream document, int maxTokenBytes)
    {
        _document = document;
        _maxTokenBytes = maxTokenBytes;
        _bytes = new byte[Math.Min(FirstSize, maxTokenBytes)];
        SkipByteOrderMark();
    }

    /// <summary>Everything before it is done with.</summary>
    public int Position { get; set; }

    /// <summary>Whether the document has no more bytes than these.</summary>
    public bool IsLast { get; private set; }

    public ReadOnlySpan<byte> Rest => _bytes.AsSpan(Position.._filled);

    public ReadOnlySpan<byte> this[Range range] => _bytes.AsSpan(range);

    /// <summary>How many lines end before this place, which is none before the last one asked for.</summary>
    public int CountLines(int position)
    {
        _lines += _bytes.AsSpan(_linesFrom..position).Count((byte)'\n');
        _linesFrom = position;
        return _lines;
    }

    /// <summary>What comes from <paramref name="start"/> on goes to this text; what comes up to <paramref name="end"/>, to the one before.</summary>
    public void WriteTo(JsonText? text, int start, int end)
    {
        _text?.Append(_bytes.AsSpan(_textFrom..end));
        _text = text;
        _textFrom = start;
    }

    /// <summary>Makes room by leaving out what is done with, then fills it; places from before do not count any more.</summary>
    public void Refill()
    {
        _text?.Append(_bytes.AsSpan(_textFrom..Position));
        _lines = CountLines(Position);
        _filled -= Position;
        if (_filled == _maxTokenBytes)
        {
            throw TokenGuard.TooLong(_maxTokenBytes);
        }

        var bytes = _filled < _bytes.Length ? _bytes : new byte[Math.Min(2L * _filled, _maxTokenBytes)];
        _bytes.AsSpan(Position, _filled).CopyTo(bytes);
        _bytes = bytes;
        Position = _textFrom = _linesFrom = 0;

        // A long token is parsed anew with each piece of it, which must not become quadratic when the pieces are small.
        Fill(_filled < LongRest ? _filled + 1 : Math.Min(2 * _filled, _bytes.Length));
    }

    private void Fill(int enough)
    {
        while (_filled < enough && !IsLast)
        {
            var count = _document.Read(_bytes, _filled, _bytes.Length - _filled);
            _filled += count;
            IsLast = count == 0;
        }
    }

    private void SkipByteOrderMark()
    {
        var mark = Encoding.UTF8.Preamble;
        Fill(mark.Length);
        if (Rest.StartsWith(mark))
        {
            Position = mark.Length;
        }
    }
}
