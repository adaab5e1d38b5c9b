using System.Buffers;
using System.Text;

namespace Fever.Ingestor.Feeds;

/// <summary>Text that a provider wrote and PostgreSQL is to keep.</summary>
internal static class FeedText
{
    private static readonly SearchValues<char> Suspicious = SearchValues.Create(['\0', .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    /// <summary>PostgreSQL refuses U+0000, and UTF-8 has no surrogates: one such value would fail the batch it is written in.</summary>
    public static bool IsStorable(ReadOnlySpan<char> text)
    {
        // Most text has no surrogates at all, which is quick to see.
        for (var at = text.IndexOfAny(Suspicious); at >= 0; at = text.IndexOfAny(Suspicious))
        {
            if (text[at] == '\0' || Rune.DecodeFromUtf16(text[at..], out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[(at + length)..];
        }

        return true;
    }

    public static string Storable(string text) =>
        IsStorable(text) ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    /// <summary>The first characters, never half a surrogate pair.</summary>
    public static string Head(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
