using Microsoft.Extensions.Primitives;

namespace Fever.ServiceDefaults.Http;

/// <summary>The precondition If-None-Match (RFC 9110, 13.1.2).</summary>
public static class IfNoneMatch
{
    /// <summary>Whether the condition, in one line or several, lists this entity tag. Compared weakly (RFC 9110, 8.8.3.2).</summary>
    public static bool Matches(StringValues condition, string entityTag)
    {
        foreach (var line in condition)
        {
            if (line is not null && (line == entityTag || Contains(line, Opaque(entityTag))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(ReadOnlySpan<char> list, ReadOnlySpan<char> tag)
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
