using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Fever.Ingestor.Providers;

/// <summary>What a provider calls one state of its feed (RFC 9110 §8.8), to ask later whether it is still that one.</summary>
internal sealed partial record Validators(string? ETag, DateTimeOffset? LastModified)
{
    private const int MaxETagLength = 1_000;

    public static Validators Of(HttpResponseMessage answer) =>
        new(
            answer.Headers.NonValidated.TryGetValues("ETag", out var tags) && tags.ToString() is { Length: <= MaxETagLength } tag && EntityTag.IsMatch(tag) ? tag : null,
            answer.Content.Headers.LastModified);

    /// <summary>Sends both: a server that knows entity tags ignores the date (RFC 9110 §13.1.3).</summary>
    public void AddTo(HttpRequestHeaders headers)
    {
        if (ETag is not null)
        {
            headers.Add("If-None-Match", ETag);
        }

        headers.IfModifiedSince = LastModified;
    }

    /// <summary>Weak comparison (RFC 9110 §8.8.3.2): what matters is what a feed says, not its every byte.</summary>
    public bool HasETagOf(Validators other) => ETag is not null && other.ETag is not null && Opaque(ETag) == Opaque(other.ETag);

    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;

    // Not `*`, which would be the same as everything, and nothing that a request cannot carry.
    [GeneratedRegex("""^(W/)?"[\x21\x23-\x7E]*"\z""", RegexOptions.CultureInvariant)]
    private static partial Regex EntityTag { get; }
}
