using Microsoft.EntityFrameworkCore;

namespace Fever.SearchApi.Search;

/// <summary>The one query of this service, compiled once for each combination of bounds so that PostgreSQL sees only the conditions that matter.</summary>
/// <remarks>No event ends before it starts, so <c>StartsAt &lt;= to</c> selects nothing less; it gives the index on starts its upper end.</remarks>
internal static class SearchQuery
{
    private static readonly Func<SearchDbContext, IAsyncEnumerable<EventSummary>> All = EF.CompileAsyncQuery(
        (SearchDbContext db) => db.PublishedEvents
            .OrderBy(row => row.StartsAt).ThenBy(row => row.Summary.Id).Select(row => row.Summary));

    private static readonly Func<SearchDbContext, DateTime, IAsyncEnumerable<EventSummary>> From = EF.CompileAsyncQuery(
        (SearchDbContext db, DateTime from) => db.PublishedEvents.Where(row => row.StartsAt >= from)
            .OrderBy(row => row.StartsAt).ThenBy(row => row.Summary.Id).Select(row => row.Summary));

    private static readonly Func<SearchDbContext, DateTime, IAsyncEnumerable<EventSummary>> To = EF.CompileAsyncQuery(
        (SearchDbContext db, DateTime to) => db.PublishedEvents.Where(row => row.StartsAt <= to && row.EndsAt <= to)
            .OrderBy(row => row.StartsAt).ThenBy(row => row.Summary.Id).Select(row => row.Summary));

    private static readonly Func<SearchDbContext, DateTime, DateTime, IAsyncEnumerable<EventSummary>> Between = EF.CompileAsyncQuery(
        (SearchDbContext db, DateTime from, DateTime to) => db.PublishedEvents.Where(row => row.StartsAt >= from && row.StartsAt <= to && row.EndsAt <= to)
            .OrderBy(row => row.StartsAt).ThenBy(row => row.Summary.Id).Select(row => row.Summary));

    /// <summary>The events of a range, ordered by start and then by id.</summary>
    public static IAsyncEnumerable<EventSummary> Find(SearchDbContext db, TimeRange range) => range switch
    {
        { From: { } from, To: { } to } => Between(db, from, to),
        { From: { } from } => From(db, from),
        { To: { } to } => To(db, to),
        _ => All(db),
    };
}
