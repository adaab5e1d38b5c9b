using System.IO.Compression;

namespace Fever.SearchApi.Responses;

/// <summary>Compresses what it is given into segments of a <see cref="GzipBody"/>.</summary>
internal sealed class GzipBodyWriter(GzipBody body) : IDisposable
{
    // Large enough for few segments, small enough for a caller to see the first ones soon.
    private const int SegmentSize = 16 * 1024;

    private readonly MemoryStream _pending = new();
    private GZipStream? _gzip;
    private long _plainLength;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        // The fastest level: events wait in the database's connection meanwhile.
        _gzip ??= new GZipStream(_pending, CompressionLevel.Fastest, leaveOpen: true);
        _gzip.Write(bytes);
        _plainLength += bytes.Length;
        if (_pending.Length >= SegmentSize)
        {
            AppendPending();
        }
    }

    public void Complete()
    {
        _gzip?.Dispose();
        AppendPending();
        body.Complete(_plainLength);
    }

    public void Dispose() => _gzip?.Dispose();

    private void AppendPending()
    {
        body.Append(_pending.ToArray());
        _pending.SetLength(0);
    }
}
