using System.Text;

namespace Fever.Ingestor.Feeds;

/// <summary>Reads a document line by line. Only one line is in memory, and of that no more than allowed.</summary>
internal sealed class LineReader(Stream document, int maxLineBytes)
{
    private const int FirstSize = 64 << 10;

    private byte[] _buffer = new byte[Math.Min(FirstSize, maxLineBytes + 1)];
    private int _start;
    private int _end;
    private int _next;
    private int _filled;

    /// <summary>The line without its line feed, until the next one is read; only its beginning when it is too long.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_start.._end);

    /// <summary>The line's number, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Whether a line feed ends the line: without one it may have been cut.</summary>
    public bool IsTerminated { get; private set; }

    public bool IsTooLong { get; private set; }

    /// <summary>Goes on to the next line; false at the end of the document.</summary>
    public bool Read()
    {
        if (IsTooLong)
        {
            DropRest();
        }

        _start = _end = _next;
        do
        {
            var length = _buffer.AsSpan(_end.._filled).IndexOf((byte)'\n');
            IsTerminated = length >= 0;
            _end = IsTerminated ? _end + length : _filled;
            IsTooLong = _end - _start > maxLineBytes;
        }
        while (!IsTerminated && !IsTooLong && Fill());

        _next = IsTerminated ? _end + 1 : _filled;
        Number++;
        SkipByteOrderMark();
        return IsTerminated || _end > _start;
    }

    /// <summary>Appends to the line; false at the end of the document.</summary>
    private bool Fill()
    {
        if (_filled == _buffer.Length)
        {
            // Twice as long only when the line needs it, otherwise what is done with makes room.
            var buffer = _start > 0 ? _buffer : new byte[(int)Math.Min(2L * _buffer.Length, maxLineBytes + 1L)];
            _buffer.AsSpan(_start.._filled).CopyTo(buffer);
            (_buffer, _end, _filled, _start) = (buffer, _end - _start, _filled - _start, 0);
        }

        var count = document.Read(_buffer, _filled, _buffer.Length - _filled);
        _filled += count;
        return count > 0;
    }

    private void DropRest()
    {
        while (!IsTerminated)
        {
            _filled = document.Read(_buffer, 0, _buffer.Length);
            var length = _buffer.AsSpan(0, _filled).IndexOf((byte)'\n');
            IsTerminated = length >= 0 || _filled == 0;
            _next = length + 1;
        }
    }

    private void SkipByteOrderMark()
    {
        if (Number == 1 && Line.StartsWith(Encoding.UTF8.Preamble))
        {
            _start += Encoding.UTF8.Preamble.Length;
        }
    }
}
