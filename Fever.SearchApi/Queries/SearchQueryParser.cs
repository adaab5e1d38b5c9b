using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fever.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;

namespace Fever.SearchApi.Queries;

/// <summary>
/// Reads the parameters of a search from the query string itself: building a query collection would cost more than the
/// rest of a cache hit. Every parameter may be missing; unknown ones are ignored. The error is the message for the caller.
/// </summary>
internal ref struct SearchQueryParser
{
    public const string StartsAt = "starts_at";
    public const string EndsAt = "ends_at";
    public const string Limit = "limit";
    public const string Cursor = "cursor";
    public const int MaxLimit = 1000;

    private const string AcceptedTime = "an RFC 3339 date-time such as 2021-02-01T00:00:00Z (UTC when it has no offset) or a date such as 2021-02-01";
    private const string AcceptedLimit = "a whole number from 1 to 1000";
    private const string AcceptedCursor = "the cursor in the Link header of the previous page";

    private Parameter _starts;
    private Parameter _ends;
    private Parameter _limit;
    private Parameter _cursor;

    public static bool TryParse(string? queryString, out SearchQuery query, [NotNullWhen(false)] out string? error)
    {
        var parser = new SearchQueryParser();
        foreach (var pair in new QueryStringEnumerable(queryString))
        {
            parser.Take(pair);
        }

        query = default;
        if (!TryParse<TimeBound>(StartsAt, parser._starts, AcceptedTime, TimeBound.TryParse, out var starts, out error)
            || !TryParse<TimeBound>(EndsAt, parser._ends, AcceptedTime, TimeBound.TryParse, out var ends, out error)
            || !TryParse<int>(Limit, parser._limit, AcceptedLimit, TryParseLimit, out var limit, out error)
            || !TryParse<PageCursor>(Cursor, parser._cursor, AcceptedCursor, PageCursor.TryParse, out var after, out error))
        {
            return false;
        }

        if (IsReversed(starts, ends))
        {
            error = $"{StartsAt} ({parser._starts.Text.Truncate()}) is later than {EndsAt} ({parser._ends.Text.Truncate()}); it must be the same or earlier.";
            return false;
        }

        query = new SearchQuery(new TimeRange(starts?.AsStart, ends?.AsEnd), limit ?? 0, after);
        return true;
    }

    private void Take(QueryStringEnumerable.EncodedNameValuePair pair)
    {
        var name = pair.DecodeName().Span;
        if (Is(name, StartsAt))
        {
            _starts.Add(pair.DecodeValue());
        }
        else if (Is(name, EndsAt))
        {
            _ends.Add(pair.DecodeValue());
        }
        else if (Is(name, Limit))
        {
            _limit.Add(pair.DecodeValue());
        }
        else if (Is(name, Cursor))
        {
            _cursor.Add(pair.DecodeValue());
        }
    }

    private static bool Is(ReadOnlySpan<char> name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);

    /// <summary>Two equal values between microseconds are not reversed, although rounding moves them apart; hence the second comparison.</summary>
    private static bool IsReversed(TimeBound? starts, TimeBound? ends) =>
        starts is { } start && ends is { } end && start.AsStart > end.AsEnd && start.AsEnd > end.AsEnd;

    private static bool TryParseLimit(ReadOnlySpan<char> text, out int limit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit;

    /// <summary>Gives null for a parameter that is missing: each of them is optional.</summary>
    private static bool TryParse<T>(
        string name, Parameter parameter, string accepted, ValueParser<T> parse, out T? value, [NotNullWhen(false)] out string? error)
        where T : struct
    {
        (value, error) = (null, null);
        if (parameter.Count == 1 && parse(parameter.Value.Span, out var parsed))
        {
            value = parsed;
            return true;
        }

        error = parameter.Count switch
        {
            0 => null,
            1 when parameter.Value.IsEmpty => $"{name} is empty; leave it out, or give {accepted}.",
            1 => $"{name} is \"{parameter.Text.Truncate()}\"; it must be {accepted}.",
            _ => $"{name} is given {parameter.Count} times ({parameter.Text.Truncate()}); give it once, as {accepted}.",
        };
        return error is null;
    }

    private delegate bool ValueParser<T>(ReadOnlySpan<char> text, out T value);

    /// <summary>The values given for one name.</summary>
    private struct Parameter
    {
        private string? _all;

        public int Count { get; private set; }

        public ReadOnlyMemory<char> Value { get; private set; }

        public readonly string Text => _all ?? Value.ToString();

        public void Add(ReadOnlyMemory<char> value)
        {
            // No longer than a message shows.
            _all = Count == 0 ? null : Text.Length <= 100 ? $"{Text},{value}" : Text;
            Value = value;
            Count++;
        }
    }
}
