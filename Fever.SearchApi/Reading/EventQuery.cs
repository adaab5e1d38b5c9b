using Fever.SearchApi.Search;
using Npgsql;
using NpgsqlTypes;

namespace Fever.SearchApi.Reading;

/// <summary>The statements of this service. Each has one text whatever is left out, so that every connection prepares it once.</summary>
internal static class EventQuery
{
    /// <summary>The version of the catalogue; in one transaction with the events it is the version they are of.</summary>
    public const string Version = "SELECT version, changed_at FROM catalog";

    private const string Columns =
        "SELECT id, title, start_date, start_time, end_date, end_time, min_price, max_price, starts_at, ends_at FROM published_events";

    // No event ends before it starts, so starts_at <= $2 selects nothing less; it gives the index its upper end.
    private const string InRange = $"{Columns} WHERE starts_at >= $1 AND starts_at <= $2 AND ends_at <= $2";
    private const string InOrder = "ORDER BY starts_at, id";

    private const string Range = $"{InRange} {InOrder} LIMIT $3";
    private const string RestOfRange = $"{InRange} AND (starts_at, id) > ($4, $5) {InOrder} LIMIT $3";
    private const string WholeRange = $"{InRange} {InOrder}";
    private const string WholeRestOfRange = $"{InRange} AND (starts_at, id) > ($3, $4) {InOrder}";
    private const string Border =
        "SELECT EXISTS (SELECT FROM published_events WHERE starts_at >= $1 AND starts_at <= $2 AND ends_at <= $2 AND (starts_at < $3 OR ends_at > $4))";

    private const string One = $"{Columns} WHERE id = $1";

    /// <param name="question">What is asked for.</param>
    /// <param name="limit">How many rows at most; null for all.</param>
    public static NpgsqlBatchCommand For(Question question, int? limit)
    {
        if (question.EventId is { } id)
        {
            return new NpgsqlBatchCommand(One) { Parameters = { Of(id) } };
        }

        // The cursor as lower bound too: without it the index would be read from the beginning of the range.
        var scope = question.Scope;
        var from = question.After?.StartsAt > scope.From.GetValueOrDefault() ? question.After.Value.StartsAt : scope.From;
        var command = new NpgsqlBatchCommand(TextOf(question, limit)) { Parameters = { Of(from ?? DateTime.MinValue), Of(scope.To ?? DateTime.MaxValue) } };
        if (limit is { } most)
        {
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        }

        if (question.After is { } after)
        {
            command.Parameters.Add(Of(after.StartsAt));
            command.Parameters.Add(Of(after.Id));
        }

        return command;
    }

    /// <summary>Whether events lie in the range to read but not in the canonical one.</summary>
    public static NpgsqlBatchCommand ForBorder(Question question) => new(Border)
    {
        Parameters =
        {
            Of(question.Scope.From ?? DateTime.MinValue),
            Of(question.Scope.To ?? DateTime.MaxValue),
            Of(question.Range.From ?? DateTime.MinValue),
            Of(question.Range.To ?? DateTime.MaxValue),
        },
    };

    private static string TextOf(Question question, int? limit) => (question.After, limit) switch
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
