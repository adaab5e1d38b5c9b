namespace Fever.SearchApi.Search;

/// <summary>A row of the view <c>published_events</c>: what to find an event by, and what to show of it.</summary>
internal sealed class PublishedEvent
{
    public required DateTime StartsAt { get; init; }

    /// <summary>The start, for an event that has no end.</summary>
    public required DateTime EndsAt { get; init; }

    public required EventSummary Summary { get; init; }
}
