using System.IO.Compression;
using System.Net.Http.Headers;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>How a provider's response is compressed (RFC 9110 §8.4.1). The HTTP handler could decompress it, but would not say how much it received.</summary>
internal sealed record FeedContentCoding(string Name, Func<Stream, Stream> Decompress)
{
    public static readonly FeedContentCoding None = new("identity", body => body);

    private static readonly FeedContentCoding[] Accepted =
    [
        new("gzip", body => new GZipStream(body, CompressionMode.Decompress)),
        new("br", body => new BrotliStream(body, CompressionMode.Decompress)),
    ];

    public static void AddTo(HttpRequestHeaders headers)
    {
        foreach (var coding in Accepted)
        {
            headers.AcceptEncoding.Add(new(coding.Name));
        }
    }

    public static FeedContentCoding Of(HttpResponseMessage response)
    {
        // Not the parsed header, which leaves out what it cannot parse.
        var name = response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var names) ? names.ToString().Trim().ToLowerInvariant() : "";
        return name switch
        {
            "" or "identity" => None,
            // Another name of gzip (RFC 9110 §8.4.1.3).
            "x-gzip" => Accepted[0],
            _ => Array.Find(Accepted, coding => coding.Name == name) ?? throw new FeedException(
                FeedFault.Encoding,
                $"the feed's Content-Encoding is '{name.Sanitize()}', accepted is one of {string.Join(", ", Accepted.Select(coding => coding.Name))}"),
        };
    }
}
