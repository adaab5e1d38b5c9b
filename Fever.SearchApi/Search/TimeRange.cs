namespace Fever.SearchApi.Search;

/// <summary>
/// What a search asks for: the events that start at <see cref="From"/> or later and end at <see cref="To"/> or
/// earlier. UTC, in whole microseconds, so that two spellings of one range are equal.
/// </summary>
internal readonly record struct TimeRange(DateTime? From, DateTime? To)
{
    private static readonly TimeSpan Instant = TimeSpan.FromMicroseconds(1);

    /// <summary>Its bounds moved inwards to whole minutes; they may cross.</summary>
    public TimeRange Canonical => new(Ceiling(From), Floor(To));

    /// <summary>
    /// Of a canonical range: the union of all ranges it stands for. As long as none of its events lies outside
    /// <see cref="Contains">the canonical range</see>, all of them select the same events.
    /// </summary>
    public TimeRange Widest => new(JustAfterTheMinuteBefore(From), JustBeforeTheMinuteAfter(To));

    public bool Contains(DateTime startsAt, DateTime endsAt) =>
        (From is not { } from || startsAt >= from) && (To is not { } to || endsAt <= to);

    private static DateTime? Floor(DateTime? time) => time?.AddTicks(-(time.Value.Ticks % TimeSpan.TicksPerMinute));

    /// <summary>In the last minute of time there is no next one; such a bound stands for itself.</summary>
    private static DateTime? Ceiling(DateTime? time) =>
        Floor(time) is { } minute && minute != time && minute <= DateTime.MaxValue - TimeSpan.FromMinutes(1) ? minute.AddMinutes(1) : time;

    private static DateTime? JustAfterTheMinuteBefore(DateTime? minute) =>
        minute >= DateTime.MinValue.AddMinutes(1) ? minute.Value.AddMinutes(-1) + Instant : minute;

    private static DateTime? JustBeforeTheMinuteAfter(DateTime? minute) =>
        minute is { } to ? to + (TimeSpan.FromMinutes(1) - Instant) : null;
}
