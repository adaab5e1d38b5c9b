using System.Diagnostics.CodeAnalysis;
using Fever.ServiceDefaults.Errors;

namespace Fever.SearchApi.Search;

/// <summary>
/// What a search asks for: the events that start at <see cref="From"/> or later and end at <see cref="To"/> or
/// earlier. UTC, in whole microseconds, so that two spellings of one range are equal.
/// </summary>
internal readonly record struct TimeRange(DateTime? From, DateTime? To)
{
    public const string StartsAt = "starts_at";
    public const string EndsAt = "ends_at";

    private const string Accepted = "an RFC 3339 date-time such as 2021-02-01T00:00:00Z (UTC when it has no offset) or a date such as 2021-02-01";

    /// <summary>Reads both parameters, each of which may be missing; the problem is what to tell the caller.</summary>
    public static bool TryRead(IQueryCollection query, out TimeRange range, [NotNullWhen(false)] out string? problem)
    {
        range = default;
        if (!TryRead(query, StartsAt, out var starts, out problem) || !TryRead(query, EndsAt, out var ends, out problem))
        {
            return false;
        }

        if (IsReversed(starts, ends))
        {
            problem = $"{StartsAt} ({Shown.Cut(query[StartsAt])}) is later than {EndsAt} ({Shown.Cut(query[EndsAt])}); it must be the same or earlier.";
            return false;
        }

        range = new TimeRange(starts?.AsStart, ends?.AsEnd);
        return true;
    }

    /// <summary>Two equal values between microseconds are not reversed, although rounding moves them apart: hence the lower of the two.</summary>
    private static bool IsReversed(TimeBound? starts, TimeBound? ends) =>
        starts is { } start && ends is { } end && start.AsStart > end.AsEnd && start.AsEnd > end.AsEnd;

    private static bool TryRead(IQueryCollection query, string name, out TimeBound? bound, [NotNullWhen(false)] out string? problem)
    {
        bound = null;
        problem = null;
        var values = query[name];
        if (values.Count == 0)
        {
            return true;
        }

        if (values.Count > 1)
        {
            problem = $"{name} is given {values.Count} times ({Shown.Cut(values.ToString())}); give it once, as {Accepted}.";
        }
        else if (string.IsNullOrEmpty(values[0]))
        {
            problem = $"{name} is empty; leave it out, or give {Accepted}.";
        }
        else if (TimeBound.TryParse(values[0], out var parsed))
        {
            bound = parsed;
        }
        else
        {
            problem = $"{name} is \"{Shown.Cut(values[0])}\"; it must be {Accepted}.";
        }

        return problem is null;
    }
}
