using System.Buffers.Binary;
using System.Buffers.Text;

namespace Fever.SearchApi.Queries;

/// <summary>
/// The last event of a page; the next page begins after it. A position in the order and not a count, so that events
/// which come or go meanwhile neither repeat nor hide others.
/// </summary>
internal readonly record struct PageCursor(DateTime StartsAt, Guid Id)
{
    private const int Size = sizeof(long) + 16;
    private const int TextLength = 32;

    /// <summary>The form that callers see: opaque, and safe in a URL (base64url, RFC 4648 §5).</summary>
    public string Text
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Size];
            BinaryPrimitives.WriteInt64BigEndian(bytes, StartsAt.Ticks);
            Id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
            return Base64Url.EncodeToString(bytes);
        }
    }

    public static bool TryParse(ReadOnlySpan<char> text, out PageCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length != TextLength || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != Size)
        {
            return false;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks || ticks % TimeSpan.TicksPerMicrosecond != 0)
        {
            return false;
        }

        cursor = new PageCursor(new DateTime(ticks, DateTimeKind.Utc), new Guid(bytes[sizeof(long)..], bigEndian: true));
        return true;
    }
}
