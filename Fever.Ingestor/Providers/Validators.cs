using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Fever.Ingestor.Providers;

/// <summary>The validators of one version of a feed (RFC 9110 §8.8), for a conditional request later.</summary>
internal sealed partial record Validators(string? ETag, DateTimeOffset? LastModified)
{
    private const int MaxETagLength = 1_000;

    public static Validators Of(HttpResponseMessage response) =>
        new(
            response.Headers.NonValidated.TryGetValues("ETag", out var tags) && tags.ToString() is { Length: <= MaxETagLength } tag && EntityTag.IsMatch(tag) ? tag : null,
            response.Content.Headers.LastModified);

    /// <summary>Adds both: a server that knows entity tags ignores the date (RFC 9110 §13.1.3).</summary>
    public void AddTo(HttpRequestHeaders headers)
    {
        if (ETag is not null)
        {
            headers.Add("If-None-Match", ETag);
        }

        headers.IfModifiedSince = LastModified;
    }

    /// <summary>By weak comparison (RFC 9110 §8.8.3.2), because the content of a feed matters and not its every byte.</summary>
    public bool HasETagOf(Validators other) => ETag is not null && other.ETag is not null && Opaque(ETag) == Opaque(other.ETag);

    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;

    // Not `*`, which matches every version, and nothing that cannot be sent in a header.
    [GeneratedRegex("""^(W/)?"[\x21\x23-\x7E]*"\z""", RegexOptions.CultureInvariant)]
    private static partial Regex EntityTag { get; }
}
