using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fever.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;

namespace Fever.SearchApi.Search;

/// <summary>
/// Reads the parameters of a search from the query string itself: a query collection would cost more than the rest of
/// a cached answer. All of them may be missing; those not known are ignored. A problem is what to tell the caller.
/// </summary>
internal ref struct QuestionReader
{
    public const string StartsAt = "starts_at";
    public const string EndsAt = "ends_at";
    public const string Limit = "limit";
    public const string After = "cursor";
    public const int MaxLimit = 1000;

    private const string AcceptedTime = "an RFC 3339 date-time such as 2021-02-01T00:00:00Z (UTC when it has no offset) or a date such as 2021-02-01";
    private const string AcceptedLimit = "a whole number from 1 to 1000";
    private const string AcceptedCursor = "what the Link header of the page before gives";

    private Parameter _starts;
    private Parameter _ends;
    private Parameter _limit;
    private Parameter _after;

    public static bool TryRead(string? queryString, out Question question, [NotNullWhen(false)] out string? problem)
    {
        var reader = new QuestionReader();
        foreach (var pair in new QueryStringEnumerable(queryString))
        {
            reader.Take(pair);
        }

        question = default;
        problem = null;
        if (!TryReadTime(StartsAt, ref reader._starts, out var starts, out problem)
            || !TryReadTime(EndsAt, ref reader._ends, out var ends, out problem)
            || !TryReadLimit(ref reader._limit, out var limit, out problem)
            || !TryReadCursor(ref reader._after, out var after, out problem))
        {
            return false;
        }

        if (IsReversed(starts, ends))
        {
            problem = $"{StartsAt} ({reader._starts.Text.Truncate()}) is later than {EndsAt} ({reader._ends.Text.Truncate()}); it must be the same or earlier.";
            return false;
        }

        question = new Question(new TimeRange(starts?.AsStart, ends?.AsEnd), limit, after);
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
        else if (Is(name, After))
        {
            _after.Add(pair.DecodeValue());
        }
    }

    private static bool Is(ReadOnlySpan<char> name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);

    /// <summary>Two equal values between microseconds are not reversed, although rounding moves them apart: hence the lower of the two.</summary>
    private static bool IsReversed(TimeBound? starts, TimeBound? ends) =>
        starts is { } start && ends is { } end && start.AsStart > end.AsEnd && start.AsEnd > end.AsEnd;

    private static bool TryReadTime(string name, ref Parameter parameter, out TimeBound? bound, [NotNullWhen(false)] out string? problem)
    {
        bound = null;
        if (!parameter.IsReadable(name, AcceptedTime, out problem))
        {
            return problem is null;
        }

        if (TimeBound.TryParse(parameter.Value.Span, out var parsed))
        {
            bound = parsed;
            return true;
        }

        problem = parameter.Refuse(name, AcceptedTime);
        return false;
    }

    private static bool TryReadLimit(ref Parameter parameter, out int limit, [NotNullWhen(false)] out string? problem)
    {
        limit = 0;
        if (!parameter.IsReadable(Limit, AcceptedLimit, out problem))
        {
            return problem is null;
        }

        if (int.TryParse(parameter.Value.Span, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit)
        {
            return true;
        }

        problem = parameter.Refuse(Limit, AcceptedLimit);
        return false;
    }

    private static bool TryReadCursor(ref Parameter parameter, out Cursor? after, [NotNullWhen(false)] out string? problem)
    {
        after = null;
        if (!parameter.IsReadable(After, AcceptedCursor, out problem))
        {
            return problem is null;
        }

        if (Cursor.TryParse(parameter.Value.Span, out var parsed))
        {
            after = parsed;
            return true;
        }

        problem = parameter.Refuse(After, AcceptedCursor);
        return false;
    }

    /// <summary>What was given for one name.</summary>
    private struct Parameter
    {
        private int _count;
        private string? _all;

        public ReadOnlyMemory<char> Value { get; private set; }

        public readonly string Text => _all ?? Value.ToString();

        public void Add(ReadOnlyMemory<char> value)
        {
            // No longer than will be shown.
            _all = _count == 0 ? null : Text.Length <= 100 ? $"{Text},{value}" : Text;
            Value = value;
            _count++;
        }

        /// <summary>Whether there is one value; if not, the problem is null when there is none at all.</summary>
        public readonly bool IsReadable(string name, string accepted, out string? problem)
        {
            problem = _count > 1 ? $"{name} is given {_count} times ({Text.Truncate()}); give it once, as {accepted}."
                : _count == 1 && Value.IsEmpty ? $"{name} is empty; leave it out, or give {accepted}."
                : null;
            return _count == 1 && problem is null;
        }

        public readonly string Refuse(string name, string accepted) => $"{name} is \"{Text.Truncate()}\"; it must be {accepted}.";
    }
}
