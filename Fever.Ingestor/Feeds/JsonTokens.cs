using System.Text;
using System.Text.Json;
using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Feeds;

/// <summary>The tokens of a JSON document (RFC 8259) one after the other, with little more than one of them in memory.</summary>
internal sealed class JsonTokens
{
    private const int FirstSize = 64 << 10;
    private const int LongRest = 4 << 10;

    private readonly Stream _document;
    private readonly FeedLimits _limits;
    private JsonReaderState _state;
    private byte[] _buffer;
    private int _filled;
    private bool _isLast;

    // The token; everything before _position, which may be a colon further, is done with.
    private int _start;
    private int _end;
    private int _position;

    private JsonText? _text;
    private int _textFrom;
    private int _lines;
    private int _linesFrom;

    public JsonTokens(Stream document, FeedLimits limits)
    {
        _document = document;
        _limits = limits;
        // One level more than allowed, so that the fault is seen here and named.
        _state = new JsonReaderState(new JsonReaderOptions { MaxDepth = limits.MaxDepth + 1 });
        _buffer = new byte[Math.Min(FirstSize, limits.MaxTokenBytes)];
        SkipByteOrderMark();
    }

    public JsonTokenType Type { get; private set; }

    /// <summary>The token as it is written, quotes and all.</summary>
    public ReadOnlySpan<byte> Token => _buffer.AsSpan(_start.._end);

    /// <summary>What the token begins, in words.</summary>
    public string Kind => Type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    /// <summary>The line the token begins on.</summary>
    public int Line => CountLines(_start) + 1;

    /// <summary>Goes on to the next token; false at the end of the document.</summary>
    /// <exception cref="FeedException">There is neither.</exception>
    public bool Read()
    {
        try
        {
            while (!TryRead())
            {
                if (_isLast)
                {
                    return false;
                }

                Refill();
            }

            return true;
        }
        catch (JsonException exception)
        {
            throw Malformed(exception);
        }
    }

    /// <summary>Goes on to the next member of the object that the last token began or is in; false at its end.</summary>
    public bool ReadMember() => Read() && Type == JsonTokenType.PropertyName;

    /// <summary>Goes on to the next element of the array that the last token began or is in; false at its end.</summary>
    public bool ReadElement() => Read() && Type != JsonTokenType.EndArray;

    public bool IsMember(ReadOnlySpan<byte> name)
    {
        var written = Token[1..^1];
        return written.Contains((byte)'\\') ? Text() == Encoding.UTF8.GetString(name) : written.SequenceEqual(name);
    }

    /// <summary>Leaves out the rest of the value that the token begins.</summary>
    public void Skip()
    {
        var depth = 0;
        do
        {
            depth += Type switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
                JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
                _ => 0,
            };
        }
        while (depth > 0 && Read());
    }

    public void SkipMember()
    {
        Read();
        Skip();
    }

    /// <summary>
    /// The member's value, unless it had one before; null when there is none, or one of the wrong type, which is a
    /// fault of the draft.
    /// </summary>
    public string? ReadText(Draft draft, string name, string? before, bool isId = false)
    {
        Read();
        var isText = Type == JsonTokenType.String || (isId && Type == JsonTokenType.Number && !Token.ContainsAny(".eE"u8));
        var text = isText ? Text() : null;
        if (text is null && Type != JsonTokenType.Null)
        {
            draft.Fault ??= isText ? $"{name} is not Unicode text" : $"{name} is {Kind}, not {(isId ? "a string or an integer" : "a string")}";
            Skip();
        }

        return before ?? text;
    }

    /// <summary>A string's text or a number as it is written; null when the string is not Unicode.</summary>
    public string? Text()
    {
        if (Type == JsonTokenType.Number)
        {
            return Encoding.UTF8.GetString(Token);
        }

        try
        {
            var reader = new Utf8JsonReader(Token);
            reader.Read();
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Bytes that are not UTF-8, or an unpaired \ud800.
            return null;
        }
    }

    /// <summary>From this token on what is written goes to this text too; up to and including it, to the one before.</summary>
    public void WriteTo(JsonText? text)
    {
        _text?.Append(_buffer.AsSpan(_textFrom.._end));
        _text = text;
        _textFrom = _start;
    }

    private bool TryRead()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_position.._filled), _isLast, _state);
        if (!reader.Read())
        {
            // Tried again with more of the document; white space in front stays and so has its limit too.
            return false;
        }

        Type = reader.TokenType;
        _start = _position + (int)reader.TokenStartIndex;
        _end = _start + reader.ValueSpan.Length + (Type is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0);
        CheckDepth(reader.CurrentDepth + 1);
        _state = reader.CurrentState;
        _position += (int)reader.BytesConsumed;
        return true;
    }

    private void CheckDepth(int depth)
    {
        if (depth > _limits.MaxDepth && Type is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            throw new FeedException(FeedFault.TooDeep, $"objects and arrays are nested more than {_limits.MaxDepth} deep (Limits:MaxDepth)");
        }
    }

    /// <summary>Makes room by leaving out what is done with, then fills it.</summary>
    private void Refill()
    {
        _text?.Append(_buffer.AsSpan(_textFrom.._position));
        _lines = CountLines(_position);
        _filled -= _position;
        if (_filled == _limits.MaxTokenBytes)
        {
            throw TokenGuard.TooLong(_limits.MaxTokenBytes);
        }

        var buffer = _filled < _buffer.Length ? _buffer : new byte[Math.Min(2L * _filled, _limits.MaxTokenBytes)];
        _buffer.AsSpan(_position, _filled).CopyTo(buffer);
        _buffer = buffer;
        _start = _end = _position = _textFrom = _linesFrom = 0;

        // A long token is parsed anew with each piece of it, which must not become quadratic when the pieces are small.
        var enough = _filled < LongRest ? _filled + 1 : Math.Min(2 * _filled, _buffer.Length);
        Fill(enough);
    }

    private void Fill(int enough)
    {
        while (_filled < enough && !_isLast)
        {
            var count = _document.Read(_buffer, _filled, _buffer.Length - _filled);
            _filled += count;
            _isLast = count == 0;
        }
    }

    private void SkipByteOrderMark()
    {
        var mark = Encoding.UTF8.Preamble;
        Fill(mark.Length);
        if (_buffer.AsSpan(0, _filled).StartsWith(mark))
        {
            _position = mark.Length;
        }
    }

    private int CountLines(int position)
    {
        _lines += _buffer.AsSpan(_linesFrom..position).Count((byte)'\n');
        _linesFrom = position;
        return _lines;
    }

    private static FeedException Malformed(JsonException exception)
    {
        // The message repeats the line, counted from 0.
        var reason = exception.Message.Split(" LineNumber:")[0];
        return new FeedException(
            FeedFault.Malformed, $"line {exception.LineNumber + 1} is not JSON: {Quoted.Of(reason)}", exception);
    }
}
