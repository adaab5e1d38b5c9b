using System.Globalization;

namespace Fever.Ingestor.Operations;

/// <summary>
/// Where a page ended, in a list that is ordered by a time and, among equals, by an id. Unlike a number of rows to skip
/// it stays at its place when rows are added before it.
/// </summary>
internal sealed record ListCursor<TId>(DateTime At, TId Id)
    where TId : IParsable<TId>
{
    /// <summary>Null for a text that is none.</summary>
    public static ListCursor<TId>? Parse(string? text) =>
        text?.Split('_') is [var at, var id]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && ticks <= DateTime.MaxValue.Ticks
        && TId.TryParse(id, CultureInfo.InvariantCulture, out var parsed)
            ? new(new DateTime(ticks, DateTimeKind.Utc), parsed)
            : null;

    public override string ToString() => $"{At.Ticks}_{Id}";
}
