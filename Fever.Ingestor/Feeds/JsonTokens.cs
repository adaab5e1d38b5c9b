using System.Text;
using System.Text.Json;

namespace Fever.Ingestor.Feeds;

/// <summary>The tokens of a JSON document (RFC 8259) one after the other, with little more than one of them in memory.</summary>
internal sealed class JsonTokens
{
    private readonly JsonBuffer _buffer;
    private readonly int _maxDepth;
    private JsonReaderState _state;

    // The token, in the buffer.
    private int _start;
    private int _end;

    public JsonTokens(Stream document, FeedLimits limits)
    {
        _buffer = new JsonBuffer(document, limits.MaxTokenBytes);
        _maxDepth = limits.MaxDepth;
        // One level more than allowed, so that the fault is seen here and named.
        _state = new JsonReaderState(new JsonReaderOptions { MaxDepth = _maxDepth + 1 });
    }

    public JsonTokenType Type { get; private set; }

    /// <summary>The token as it is written, quotes and all.</summary>
    public ReadOnlySpan<byte> Token => _buffer[_start.._end];

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
    public int Line => _buffer.CountLines(_start) + 1;

    /// <summary>Goes on to the next token; false at the end of the document.</summary>
    /// <exception cref="FeedException">There is neither.</exception>
    public bool Read()
    {
        try
        {
            while (!TryRead())
            {
                if (_buffer.IsLast)
                {
                    return false;
                }

                _buffer.Refill();
                _start = _end = 0;
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
    public void WriteTo(JsonText? text) => _buffer.WriteTo(text, _start, _end);

    private bool TryRead()
    {
        var reader = new Utf8JsonReader(_buffer.Rest, _buffer.IsLast, _state);
        if (!reader.Read())
        {
            // Tried again with more of the document; white space in front stays and so has its limit too.
            return false;
        }

        Type = reader.TokenType;
        _start = _buffer.Position + (int)reader.TokenStartIndex;
        _end = _start + reader.ValueSpan.Length + (Type is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0);
        CheckDepth(reader.CurrentDepth + 1);
        _state = reader.CurrentState;
        // A colon further than the end of a member's name.
        _buffer.Position += (int)reader.BytesConsumed;
        return true;
    }

    private void CheckDepth(int depth)
    {
        if (depth > _maxDepth && Type is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            throw new FeedException(FeedFault.TooDeep, $"objects and arrays are nested more than {_maxDepth} deep (Limits:MaxDepth)");
        }
    }

    private static FeedException Malformed(JsonException exception)
    {
        // The message repeats the line, counted from 0.
        var reason = exception.Message.Split(" LineNumber:")[0];
        return new FeedException(
            FeedFault.Malformed, $"line {exception.LineNumber + 1} is not JSON: {reason.Sanitize()}", exception);
    }
}
