using System.IO.Compression;

namespace Fever.SearchApi.Caching;

/// <summary>How a body may be compressed.</summary>
internal enum ContentCoding
{
    Identity,
    Gzip,
    Brotli,
}

internal static class ContentCodings
{
    public static string? Name(this ContentCoding coding) => coding switch
    {
        ContentCoding.Gzip => "gzip",
        ContentCoding.Brotli => "br",
        _ => null,
    };

    /// <summary>
    /// The best coding that <c>Accept-Encoding</c> allows (RFC 9110, 12.5.3). Of two that it allows we choose, whatever
    /// their weights; what cannot be read is not allowed. Allocates nothing.
    /// </summary>
    public static ContentCoding Preferred(string? acceptEncoding)
    {
        var (gzip, brotli, any) = ((bool?)null, (bool?)null, false);
        foreach (var range in acceptEncoding.AsSpan().Split(','))
        {
            var (name, isAllowed) = Read(acceptEncoding.AsSpan(range));
            switch (name)
            {
                case ContentCoding.Gzip:
                    gzip = isAllowed;
                    break;
                case ContentCoding.Brotli:
                    brotli = isAllowed;
                    break;
                case null:
                    any = isAllowed;
                    break;
            }
        }

        return brotli ?? any ? ContentCoding.Brotli : gzip ?? any ? ContentCoding.Gzip : ContentCoding.Identity;
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

    /// <summary>One of the list; <c>*</c> is null, and whatever we do not have is identity.</summary>
    private static (ContentCoding? Name, bool IsAllowed) Read(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf(';');
        var name = (end < 0 ? text : text[..end]).Trim();
        var isAllowed = end < 0 || !IsZero(text[(end + 1)..].Trim());
        return name switch
        {
            "*" => (null, isAllowed),
            _ when name.Equals("gzip", StringComparison.OrdinalIgnoreCase) => (ContentCoding.Gzip, isAllowed),
            _ when name.Equals("br", StringComparison.OrdinalIgnoreCase) => (ContentCoding.Brotli, isAllowed),
            _ => (ContentCoding.Identity, isAllowed),
        };
    }

    /// <summary>Whether it is a weight of nought: <c>q=0</c>, <c>q=0.000</c>.</summary>
    private static bool IsZero(ReadOnlySpan<char> parameter) =>
        parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase) && parameter[2..].Trim("0.").IsEmpty;
}
