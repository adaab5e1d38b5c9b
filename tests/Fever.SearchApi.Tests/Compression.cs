using System.IO.Compression;

namespace Fever.SearchApi.Tests;

internal static class Compression
{
    /// <param name="body">What was sent.</param>
    /// <param name="coding">Its <c>Content-Encoding</c>; empty when it has none.</param>
    public static byte[] Decompress(byte[] body, string coding)
    {
        using var compressed = new MemoryStream(body);
        using Stream plain = coding switch
        {
            "gzip" => new GZipStream(compressed, CompressionMode.Decompress),
            "br" => new BrotliStream(compressed, CompressionMode.Decompress),
            _ => compressed,
        };
        using var whole = new MemoryStream();
        plain.CopyTo(whole);
        return whole.ToArray();
    }
}
