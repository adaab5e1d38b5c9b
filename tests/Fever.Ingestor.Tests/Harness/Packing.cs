using System.IO.Compression;

namespace Fever.Ingestor.Tests.Harness;

/// <summary>Packs bodies as a provider does.</summary>
internal static class Packing
{
    public static byte[] Pack(byte[] content, string coding)
    {
        var packed = new MemoryStream();
        using (var packer = Packer(packed, coding))
        {
            packer.Write(content);
        }

        return packed.ToArray();
    }

    public static Stream Packer(Stream packed, string coding) => coding switch
    {
        "br" => new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true),
        "identity" => new BufferedStream(packed),
        _ => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
    };
}
