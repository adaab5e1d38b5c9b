using System.Globalization;
using Fever.SearchApi.Search;

namespace Fever.SearchApi.Caching;

/// <summary>
/// The strong validator of an answer (RFC 9110, 8.8.3). It is a function of the version and the question alone, so that a
/// caller who has it can be answered without the answer.
/// </summary>
internal readonly record struct EntityTag(Question Question, CatalogVersion Version)
{
    public string For(ContentCoding coding) => coding == ContentCoding.Identity ? $"\"{Value}\"" : $"\"{Value}-{coding.Name()}\"";

    /// <summary>The tag of <c>If-None-Match</c> that names a form of this answer, by weak comparison (RFC 9110, 13.1.2); null when none does.</summary>
    public string? FindIn(string ifNoneMatch)
    {
        foreach (var coding in (ReadOnlySpan<ContentCoding>)[ContentCoding.Identity, ContentCoding.Gzip, ContentCoding.Brotli])
        {
            // A tag has quotes around it, so one cannot be part of another.
            if (For(coding) is var tag && ifNoneMatch.Contains(tag, StringComparison.Ordinal))
            {
                return tag;
            }
        }

        return null;
    }

    private string Value
    {
        get
        {
            // FNV-1a: the same in every replica; tags of different URLs may be equal (RFC 9110, 8.8.3).
            var hash = 14695981039346656037;
            foreach (var character in Question.Key)
            {
                hash = (hash ^ character) * 1099511628211;
            }

            return string.Create(CultureInfo.InvariantCulture, $"{Version.Version:x}-{Version.ChangedAt.Ticks:x}-{hash:x}");
        }
    }
}
