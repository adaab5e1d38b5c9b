using System.IO.Compression;
using System.Net.Http.Headers;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>How an answer is packed (RFC 9110 §8.4.1). The handler could unpack too, but would not say how much came over the wire.</summary>
internal sealed record FeedContentCoding(string Name, Func<Stream, Stream> Unpack)
{
    public static readonly FeedContentCoding None = new("identity", wire => wire);

    private static readonly FeedContentCoding[] Accepted =
    [
        new("gzip", wire => new GZipStream(wire, CompressionMode.Decompress)),
        new("br", wire => new BrotliStream(wire, CompressionMode.Decompress)),
    ];

    public static void AddTo(HttpRequestHeaders headers)
    {
        foreach (var coding in Accepted)
        {
            headers.AcceptEncoding.Add(new(coding.Name));
        }
    }

    public static FeedContentCoding Of(HttpResponseMessage answer)
    {
        // As it was sent: the parsed header would leave out what it cannot read.
        var named = answer.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var codings) ? codings.ToString().Trim().ToLowerInvariant() : "";
        return named switch
        {
            "" or "identity" => None,
            // The same by RFC 9110 §8.4.1.3.
            "x-gzip" => Accepted[0],
            _ => Array.Find(Accepted, coding => coding.Name == named) ?? throw new FeedException(
                FeedFault.Encoding,
                $"the feed's Content-Encoding is '{Quoted.Of(named)}', accepted is one of {string.Join(", ", Accepted.Select(coding => coding.Name))}"),
        };
    }
}
