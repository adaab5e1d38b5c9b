namespace Fever.SearchApi.Search;

/// <summary>The body of a successful response as OpenAPI shows it; <see cref="Database.EventListWriter"/> writes it.</summary>
internal sealed record SearchResponse(EventList Data)
{
    /// <summary>Always null; the public contract requires the member.</summary>
    public object? Error { get; }
}

internal sealed record EventList(IReadOnlyList<EventSummary> Events);

/// <summary>An event as the public contract shows it.</summary>
/// <param name="Id">Identifier of the plan: it never changes.</param>
/// <param name="Title">Title of the plan.</param>
/// <param name="StartDate">Date when the event starts, local, as the provider printed it.</param>
/// <param name="StartTime">Time when the event starts, local, as the provider printed it.</param>
/// <param name="EndDate">Date when the event ends, local; null when it has no end.</param>
/// <param name="EndTime">Time when the event ends, local; null when it has no end.</param>
/// <param name="MinPrice">Lowest price of all tickets; null when there are none.</param>
/// <param name="MaxPrice">Highest price of all tickets; null when there are none.</param>
internal sealed record EventSummary(
    Guid Id,
    string Title,
    DateOnly StartDate,
    TimeOnly? StartTime,
    DateOnly? EndDate,
    TimeOnly? EndTime,
    decimal? MinPrice,
    decimal? MaxPrice);
