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
    private static readonly ContentCoding[] Codings = [ContentCoding.Identity, ContentCoding.Gzip, ContentCoding.Brotli];

    /// <summary>The tag of the response in this coding: compressed bytes need another strong validator (RFC 9110, 8.8.3.3).</summary>
    public string For(ContentCoding coding) => coding == ContentCoding.Identity ? $"\"{Value}\"" : $"\"{Value}-{coding.Name()}\"";

    /// <summary>The tag that <c>If-None-Match</c> names, in any coding; null when it names none.</summary>
    public string? FindIn(StringValues ifNoneMatch)
    {
        foreach (var coding in Codings)
        {
            // Nearly always the condition is one tag, which takes no parsing.
            if (For(coding) is var tag && ifNoneMatch == tag)
            {
                return tag;
            }
        }

        return Codings.Select(For).FirstOrDefault(tag => IfNoneMatch.Matches(ifNoneMatch, tag));
    }

    /// <summary>Whether <c>If-Match</c> names the response, in any coding, by strong comparison (RFC 9110, 13.1.1).</summary>
    public bool IsIn(IList<EntityTagHeaderValue> ifMatch)
    {
        var tags = Codings.Select(For).ToList();
        return ifMatch.Any(wanted => wanted.Equals(EntityTagHeaderValue.Any) || (!wanted.IsWeak && tags.Contains(wanted.Tag.Value!)));
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
