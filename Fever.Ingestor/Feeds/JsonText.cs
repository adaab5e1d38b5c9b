using System.Text;

namespace Fever.Ingestor.Feeds;

/// <summary>The beginning of what a provider wrote of one object, as it stands there.</summary>
internal sealed class JsonText
{
    private readonly byte[] _text = new byte[PlanBuilder.MaxRawPart];
    private int _length;

    public void Clear() => _length = 0;

    public void Append(ReadOnlySpan<byte> text)
    {
        var head = text[..Math.Min(text.Length, _text.Length - _length)];
        head.CopyTo(_text.AsSpan(_length));
        _length += head.Length;
    }

    /// <summary>Without the character that was cut in two, if one was.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[PlanBuilder.MaxRawPart];
        var length = Encoding.UTF8.GetDecoder().GetChars(_text.AsSpan(0, _length), text, flush: false);
        return new string(text[..length]);
    }
}
