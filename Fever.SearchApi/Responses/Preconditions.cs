using Microsoft.Extensions.Primitives;

namespace Fever.SearchApi.Responses;

/// <summary>The preconditions of a request (RFC 9110, 13).</summary>
internal static class Preconditions
{
    public static bool HasPreconditions(this IHeaderDictionary headers) =>
        headers.IfNoneMatch.Count > 0 || headers.IfMatch.Count > 0 || headers.IfModifiedSince.Count > 0;

    /// <summary>Whether <c>If-Match</c> names another response than this one.</summary>
    public static bool FailsIfMatch(this HttpRequest request, EntityTag tag) =>
        request.Headers.IfMatch.Count > 0 && !tag.IsIn(request.GetTypedHeaders().IfMatch);

    /// <summary>Whether the caller has the response already.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tag">The current response's.</param>
    /// <param name="lastModified">The current response's; null when it has none.</param>
    /// <param name="matched">The tag that <c>If-None-Match</c> names; null when a date decided.</param>
    public static bool IsNotModified(this HttpRequest request, EntityTag tag, StringValues? lastModified, out string? matched)
    {
        var headers = request.Headers;
        matched = headers.IfNoneMatch.Count > 0 ? tag.FindIn(headers.IfNoneMatch) : null;
        return headers.IfNoneMatch.Count > 0
            ? matched is not null
            // Exactly the date that was given: any other may lie between two versions of one second.
            : headers.IfModifiedSince.Count > 0 && lastModified is { } date && headers.IfModifiedSince == date;
    }
}
