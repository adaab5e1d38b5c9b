using System.Globalization;

namespace Fever.SearchApi.Search;

/// <summary>What a caller asks for: the events of a range, or a page of them, or a single event.</summary>
/// <param name="Range">Where the events lie.</param>
/// <param name="Limit">How many events at most; 0 for all of them.</param>
/// <param name="After">The event after which the page begins.</param>
/// <param name="EventId">The one event wanted, wherever it lies.</param>
/// <param name="IsExact">Whether it stands for nothing but itself.</param>
internal readonly record struct Question(TimeRange Range, int Limit = 0, Cursor? After = null, Guid? EventId = null, bool IsExact = false)
{
    /// <summary>Changes whenever the same events are written differently, so that a new release does not show what an old one left in Redis.</summary>
    private const int Format = 1;

    /// <summary>The question that stands for all those whose bounds lie between the same whole minutes (docs/adr/0018).</summary>
    public Question Canonical => this with { Range = Range.Canonical };

    /// <summary>The question by itself, for when those between the same minutes have different answers.</summary>
    public Question Exact => this with { IsExact = true };

    /// <summary>The range to read: of a canonical question all that it stands for.</summary>
    public TimeRange Scope => IsExact ? Range : Range.Widest;

    /// <summary>The name of its answer, the same in every replica.</summary>
    public string Key => EventId is { } id
        ? string.Create(CultureInfo.InvariantCulture, $"{Format}:event:{id}")
        : string.Create(CultureInfo.InvariantCulture, $"{Format}:{Range.From?.Ticks}{(IsExact ? "=" : "-")}{Range.To?.Ticks}:{Limit}:{After?.Text}");
}
