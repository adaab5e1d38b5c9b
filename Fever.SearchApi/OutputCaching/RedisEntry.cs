using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fever.SearchApi.Catalog;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;

namespace Fever.SearchApi.OutputCaching;

/// <summary>A response as Redis holds it: a header of fixed size, then the body.</summary>
internal static class RedisEntry
{
    private static readonly int HeaderSize = Unsafe.SizeOf<Header>();

    /// <summary>Null for what is not kept there: errors, and responses longer than the limit.</summary>
    public static byte[]? Serialize(CachedResponse response, int maxSize)
    {
        IReadOnlyList<byte[]>? segments = response.Body switch
        {
            PlainBody plain => [plain.Bytes],
            GzipBody { Length: not null } gzip => gzip.Segments,
            _ => null,
        };
        var size = HeaderSize + segments?.Sum(segment => segment.Length);
        if (segments is null || size > maxSize)
        {
            return null;
        }

        var entry = new byte[size!.Value];
        var header = new Header
        {
            Version = response.Version.Number,
            ChangedAt = response.Version.ChangedAt.Ticks,
            TimeResolution = response.Version.TimeResolution,
            CreatedAt = response.CreatedAt.Ticks,
            PlainLength = (response.Body as GzipBody)?.PlainLength ?? 0,
            NextStartsAt = response.Next?.StartsAt.Ticks ?? -1,
            NextId = response.Next?.Id ?? default,
        };
        MemoryMarshal.Write(entry, in header);
        var position = HeaderSize;
        foreach (var segment in segments)
        {
            segment.CopyTo(entry, position);
            position += segment.Length;
        }

        return entry;
    }

    public static CachedResponse? Deserialize(SearchQuery query, ReadOnlySpan<byte> entry)
    {
        if (!MemoryMarshal.TryRead<Header>(entry, out var header))
        {
            return null;
        }

        var bytes = entry[HeaderSize..].ToArray();
        return new CachedResponse(
            query,
            new CatalogVersion(header.Version, new DateTime(header.ChangedAt, DateTimeKind.Utc), header.TimeResolution),
            header.PlainLength > 0 ? GzipBody.Completed(bytes, header.PlainLength) : new PlainBody(bytes),
            header.NextStartsAt < 0 ? null : new PageCursor(new DateTime(header.NextStartsAt, DateTimeKind.Utc), header.NextId),
            new DateTime(header.CreatedAt, DateTimeKind.Utc))
        { NeedsRedisWrite = false };
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Header
    {
        public long Version;
        public long ChangedAt;
        public long CreatedAt;

        /// <summary>0 when the body is not compressed.</summary>
        public long PlainLength;

        /// <summary>Ticks; -1 when there is no next page.</summary>
        public long NextStartsAt;
        public Guid NextId;
        public short TimeResolution;
    }
}
