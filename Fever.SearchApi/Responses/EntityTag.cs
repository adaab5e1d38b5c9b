using System.Globalization;
using Fever.SearchApi.Catalog;
using Fever.SearchApi.Queries;
using Fever.ServiceDefaults.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Fever.SearchApi.Responses;

/// <summary>
/// The strong validator of a response (RFC 9110, 8.8.3). A function of the catalog version and the canonical query alone,
/// so that a caller who has the response can be answered 304 without looking it up.
/// </summary>
internal readonly record struct EntityTag(SearchQuery Query, CatalogVersion Version)
{
    /// <summary>The tag of the response in this coding: compressed bytes need another strong validator (RFC 9110, 8.8.3.3).</summary>
    public string For(ContentCoding coding) => coding == ContentCoding.Identity ? $"\"{Value}\"" : $"\"{Value}-{coding.Name()}\"";

    /// <summary>The tag that the condition names, in any coding; null when it names none.</summary>
    public string? FindIn(StringValues condition)
    {
        foreach (var coding in (ReadOnlySpan<ContentCoding>)[ContentCoding.Identity, ContentCoding.Gzip, ContentCoding.Brotli])
        {
            if (For(coding) is var tag && IfNoneMatch.Matches(condition, tag))
            {
                return tag;
            }
        }

        return null;
    }

    /// <summary>Whether <c>If-Match</c> names the response, in any coding, by strong comparison (RFC 9110, 13.1.1).</summary>
    public bool IsIn(IList<EntityTagHeaderValue> ifMatch)
    {
        EntityTagHeaderValue[] tags = [new(For(ContentCoding.Identity)), new(For(ContentCoding.Gzip)), new(For(ContentCoding.Brotli))];
        return ifMatch.Any(wanted => wanted.Equals(EntityTagHeaderValue.Any) || tags.Any(tag => tag.Compare(wanted, useStrongComparison: true)));
    }

    private string Value
    {
        get
        {
            // FNV-1a: the same in every replica. Tags of different URLs may be equal (RFC 9110, 8.8.3).
            var hash = 14695981039346656037;
            foreach (var character in Query.Key)
            {
                hash = (hash ^ character) * 1099511628211;
            }

            return string.Create(CultureInfo.InvariantCulture, $"{Version.Number:x}-{Version.ChangedAt.Ticks:x}-{hash:x}");
        }
    }
}
