using System.Globalization;
using Fever.SearchApi.Queries;
using Npgsql;
using NpgsqlTypes;

namespace Fever.SearchApi.Database;

/// <summary>The statements of the read workers. A bound that is left out is a parameter like any other, so that each connection prepares few texts, once.</summary>
internal static class EventSql
{
    /// <summary>The catalog version; read in one transaction with events, it is the version of these events.</summary>
    public const string Version = "SELECT version, changed_at, time_resolution FROM catalog";

    private const string Columns =
        "SELECT id, title, start_date, start_time, end_date, end_time, min_price, max_price, starts_at FROM published_events";

    // No event ends before it starts, so starts_at <= $2 selects nothing less; it gives the index its upper end.
    private const string InRange = $"{Columns} WHERE starts_at >= $1 AND starts_at <= $2 AND ends_at <= $2";
    private const string InOrder = "ORDER BY starts_at, id";

    private const string Range = $"{InRange} {InOrder} LIMIT $3";
    private const string RestOfRange = $"{InRange} AND (starts_at, id) > ($4, $5) {InOrder} LIMIT $3";
    private const string WholeRange = $"{InRange} {InOrder}";
    private const string WholeRestOfRange = $"{InRange} AND (starts_at, id) > ($3, $4) {InOrder}";

    private const string One = $"{Columns} WHERE id = $1";

    /// <param name="query">What is asked for.</param>
    /// <param name="limit">How many rows at most; null for all.</param>
    public static NpgsqlBatchCommand For(SearchQuery query, int? limit)
    {
        if (query.EventId is { } id)
        {
            return new NpgsqlBatchCommand(One) { Parameters = { Of(id) } };
        }

        var command = new NpgsqlBatchCommand(TextOf(query, limit)) { Parameters = { Of(From(query)), Of(query.Range.To ?? DateTime.MaxValue) } };
        if (limit is { } rows)
        {
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = rows });
        }

        if (query.After is { } after)
        {
            command.Parameters.Add(Of(after.StartsAt));
            command.Parameters.Add(Of(after.Id));
        }

        return command;
    }

    /// <summary>Whether the query selects more than so many events.</summary>
    public static NpgsqlBatchCommand HasMoreThan(int events, SearchQuery query)
    {
        var command = For(query, limit: null);
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"SELECT EXISTS ({command.CommandText} OFFSET {events})");
        return command;
    }

    /// <summary>The cursor is a lower bound too: without it the index would be read from the beginning of the range.</summary>
    private static DateTime From(SearchQuery query)
    {
        var from = query.Range.From ?? DateTime.MinValue;
        return query.After?.StartsAt > from ? query.After.Value.StartsAt : from;
    }

    private static string TextOf(SearchQuery query, int? limit) => (query.After, limit) switch
    {
        (null, null) => WholeRange,
        (null, _) => Range,
        (_, null) => WholeRestOfRange,
        _ => RestOfRange,
    };

    /// <summary>The driver takes the first and the last instant for <c>-infinity</c> and <c>infinity</c>.</summary>
    private static NpgsqlParameter<DateTime> Of(DateTime time) =>
        new() { TypedValue = DateTime.SpecifyKind(time, DateTimeKind.Utc), NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter<Guid> Of(Guid id) => new() { TypedValue = id };
}
