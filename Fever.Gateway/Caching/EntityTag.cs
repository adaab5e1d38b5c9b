using Microsoft.Extensions.Primitives;

namespace Fever.Gateway.Caching;

/// <summary>If-None-Match (RFC 9110, 13.1.2).</summary>
internal static class EntityTag
{
    /// <summary>Does the condition, in one line or several, name this tag? Compared weakly (RFC 9110, 8.8.3.2).</summary>
    public static bool IsNamedIn(StringValues condition, string tag)
    {
        foreach (var line in condition)
        {
            if (line is not null && (line == tag || IsNamedIn(line.AsSpan(), Opaque(tag))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamedIn(ReadOnlySpan<char> list, ReadOnlySpan<char> tag)
    {
        list = list.Trim(" \t");
        if (list is "*")
        {
            return true;
        }

        while (!list.IsEmpty)
        {
            list = Opaque(list);
            // A tag may contain commas: it ends at its second quote.
            var end = list is ['"', ..] ? list[1..].IndexOf('"') + 2 : 0;
            if (end < 2)
            {
                return false;
            }

            if (list[..end].SequenceEqual(tag))
            {
                return true;
            }

            list = list[end..].TrimStart(", \t");
        }

        return false;
    }

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> tag) => tag.StartsWith("W/") ? tag[2..] : tag;
}
