using System.Buffers;
using System.Text;
using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Feeds;

/// <summary>Handles text that a provider wrote.</summary>
internal static class FeedTextExtensions
{
    private static readonly SearchValues<char> Suspects = SearchValues.Create(['\0', .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    /// <summary>Whether the text has neither U+0000, which PostgreSQL refuses, nor an unpaired surrogate, which UTF-8 cannot encode: one such value would fail the batch it is written in.</summary>
    public static bool IsValidText(this ReadOnlySpan<char> text)
    {
        // Most text has no surrogates at all, and a vectorized search shows that quickly.
        for (var at = text.IndexOfAny(Suspects); at >= 0; at = text.IndexOfAny(Suspects))
        {
            if (text[at] == '\0' || Rune.DecodeFromUtf16(text[at..], out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[(at + length)..];
        }

        return true;
    }

    /// <summary>The text with U+FFFD in place of each character that is not valid.</summary>
    public static string ReplaceInvalid(this string text) =>
        text.IsValidText() ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    /// <summary>The first characters, never half a surrogate pair.</summary>
    public static string Head(this string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    /// <summary>A provider's text for one of our messages: cut short, without control characters, which could forge a line of a log, and without what the database refuses.</summary>
    public static string Sanitize(this string? text) =>
        string.Concat(text.Truncate().ReplaceInvalid().Select(character => char.IsControl(character) ? '?' : character));

    /// <summary>Scheme, host and port (RFC 6454): neither a password nor a signed path belongs in a log.</summary>
    public static string Origin(this Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped).Sanitize();
}
