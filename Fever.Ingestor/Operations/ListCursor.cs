using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Fever.Ingestor.Operations;

/// <summary>
/// Where a page ended: its list and the key of its last row, as one opaque word. Unlike a number of rows to skip it
/// stays at its place when rows are added before it.
/// </summary>
internal static class ListCursor
{
    public const string Providers = "providers";
    public const string Syncs = "syncs";
    public const string Rejects = "rejects";

    public static string Of(string list, params object[] key) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(' ', [list, .. key])));

    public static string Of(string list, DateTime at, object id) => Of(list, [at.Ticks, id]);

    public static bool TryName(string cursor, [NotNullWhen(true)] out string? name)
    {
        name = Parts(cursor) is [Providers, var text] ? text : null;
        return name is not null;
    }

    public static bool TrySync(string cursor, [NotNullWhen(true)] out Place<Guid>? place) => TryPlace(cursor, Syncs, out place);

    public static bool TryReject(string cursor, [NotNullWhen(true)] out Place<long>? place) => TryPlace(cursor, Rejects, out place);

    private static bool TryPlace<TId>(string cursor, string list, [NotNullWhen(true)] out Place<TId>? place)
        where TId : IParsable<TId>
    {
        place = Parts(cursor) is [var ofList, var at, var id]
            && ofList == list
            && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTime.MaxValue.Ticks
            && TId.TryParse(id, CultureInfo.InvariantCulture, out var parsed)
                ? new(new DateTime(ticks, DateTimeKind.Utc), parsed)
                : null;
        return place is not null;
    }

    private static string[] Parts(string cursor)
    {
        var text = Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) : "";
        // PostgreSQL holds no U+0000, and .NET reads numbers that are followed by one.
        return text.Contains('\0') ? [] : text.Split(' ');
    }
}

/// <summary>A place in a list that is ordered by a time and, among equals, by an id.</summary>
internal sealed record Place<TId>(DateTime At, TId Id);
