using System.IO.Compression;

namespace Fever.SearchApi.Responses;

/// <summary>How a body may be compressed (RFC 9110, 8.4.1).</summary>
[Flags]
internal enum ContentCoding
{
    Identity = 0,
    Gzip = 1,
    Brotli = 2,
}

internal static class ContentCodingExtensions
{
    public static string? Name(this ContentCoding coding) => coding switch
    {
        ContentCoding.Gzip => "gzip",
        ContentCoding.Brotli => "br",
        _ => null,
    };

    /// <summary>
    /// The codings that <c>Accept-Encoding</c> allows (RFC 9110, 12.5.3). Weights other than zero are ignored: among those
    /// allowed the server chooses. What cannot be read is not allowed. Own code, because the framework's parser allocates.
    /// </summary>
    public static ContentCoding ParseAccepted(string? acceptEncoding)
    {
        var (accepted, named) = (ContentCoding.Identity, ContentCoding.Identity);
        var isAnyAccepted = false;
        foreach (var range in acceptEncoding.AsSpan().Split(','))
        {
            var text = acceptEncoding.AsSpan(range);
            var end = text.IndexOf(';');
            var name = (end < 0 ? text : text[..end]).Trim();
            var isAccepted = end < 0 || !IsZeroWeight(text[(end + 1)..].Trim());
            if (name is "*")
            {
                isAnyAccepted = isAccepted;
                continue;
            }

            var coding = Parse(name);
            named |= coding;
            accepted = isAccepted ? accepted | coding : accepted & ~coding;
        }

        return isAnyAccepted ? accepted | ((ContentCoding.Gzip | ContentCoding.Brotli) & ~named) : accepted;
    }

    public static byte[] Compress(this ContentCoding coding, byte[] body)
    {
        using var compressed = new MemoryStream(body.Length / 4);
        using (Stream compressor = coding == ContentCoding.Gzip
            ? new GZipStream(compressed, CompressionLevel.Optimal)
            : new BrotliStream(compressed, CompressionLevel.Optimal))
        {
            compressor.Write(body);
        }

        return compressed.ToArray();
    }

    private static ContentCoding Parse(ReadOnlySpan<char> name) =>
        name.Equals("gzip", StringComparison.OrdinalIgnoreCase) ? ContentCoding.Gzip
        : name.Equals("br", StringComparison.OrdinalIgnoreCase) ? ContentCoding.Brotli
        : ContentCoding.Identity;

    /// <summary><c>q=0</c>, <c>q=0.000</c>.</summary>
    private static bool IsZeroWeight(ReadOnlySpan<char> parameter) =>
        parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase) && parameter[2..].Trim("0.").IsEmpty;
}
