namespace Fever.SearchApi.Queries;

/// <summary>
/// Selects the events that start at <see cref="From"/> or later and end at <see cref="To"/> or earlier. UTC, in whole
/// microseconds, so that two spellings of one range are equal.
/// </summary>
internal readonly record struct TimeRange(DateTime? From, DateTime? To)
{
    // Feeds write "for ever" as the last second or microsecond of 9999, which must not make the catalog's times look odd:
    // from here on nothing is rounded, and the catalog's time resolution leaves such times out.
    private static readonly DateTime FarFuture = new(9999, 12, 30, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>
    /// The start rounded up and the end rounded down to a multiple of that many seconds; 0 leaves them. An event whose
    /// times are such multiples lies in both ranges or in neither. The bounds may cross: no such event lies between them.
    /// </summary>
    public TimeRange Canonical(int seconds) => seconds == 0 ? this : new(Round(From, seconds, up: true), Round(To, seconds, up: false));

    private static DateTime? Round(DateTime? time, int seconds, bool up)
    {
        if (time is not { } bound || bound >= FarFuture || bound.Ticks % (seconds * TimeSpan.TicksPerSecond) is not (> 0 and var excess))
        {
            return time;
        }

        return bound.AddTicks(-excess).AddSeconds(up ? seconds : 0);
    }
}
