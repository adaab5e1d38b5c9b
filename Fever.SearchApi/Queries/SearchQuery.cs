using System.Globalization;
using System.Runtime.InteropServices;

namespace Fever.SearchApi.Queries;

/// <summary>What a caller asks for: the events of a range, a page of them, or a single event.</summary>
/// <param name="Range">Where the events lie.</param>
/// <param name="Limit">How many events at most; 0 for all of them.</param>
/// <param name="After">The event after which the page begins.</param>
/// <param name="EventId">The one event wanted; range, limit and cursor are then empty.</param>
internal readonly record struct SearchQuery(TimeRange Range, int Limit = 0, PageCursor? After = null, Guid? EventId = null)
{
    /// <summary>Changes whenever the same events are written differently: a new release must not send what an old one left in Redis.</summary>
    private const int Format = 2;

    /// <summary>
    /// The canonical form in a catalog whose times are all multiples of that many seconds (0 for any time): two queries
    /// with the same canonical form select the same events of that catalog (docs/adr/0026).
    /// </summary>
    public SearchQuery Canonical(int timeResolution) => this with { Range = Range.Canonical(timeResolution) };

    /// <summary>Over all bits, with the seed of the process: callers choose cursors, times and ids, and could make others collide.</summary>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(
            [Range.From?.Ticks ?? -1, Range.To?.Ticks ?? -1, Limit, After?.StartsAt.Ticks ?? -1, .. MemoryMarshal.Cast<Guid, long>([After?.Id ?? default, EventId ?? default])]));
        return hash.ToHashCode();
    }

    /// <summary>The name of its response, the same in every replica.</summary>
    public string Key => EventId is { } id
        ? string.Create(CultureInfo.InvariantCulture, $"{Format}:event:{id}")
        : string.Create(CultureInfo.InvariantCulture, $"{Format}:{Range.From?.Ticks}-{Range.To?.Ticks}:{Limit}:{After?.Text}");
}
