namespace Fever.Ingestor.Catalog;

/// <summary>Turns a provider's local times into instants.</summary>
internal static class LocalTime
{
    // A plan "without end" may be printed as 9999-12-31, which west of Greenwich has no instant any more.
    private const long Latest = 3_155_378_975_999_999_990;

    /// <summary>
    /// Where clocks change, the offset in force before the change applies (RFC 5545 §3.3.5): a time that was
    /// skipped moves forward by the gap, and of a time that came twice the earlier instant is meant.
    /// </summary>
    /// <remarks>
    /// Asks the zone about instants only. Asked about local times it denies the gaps of zones whose winter time is
    /// the deviation (Dublin) or whose standard offset moved (Apia lost a whole day).
    /// </remarks>
    public static DateTime ToUtc(DateTime local, TimeZoneInfo zone)
    {
        // No offset is as long as a day, so these are the offsets before and after any change near this time.
        var before = zone.GetUtcOffset(Instant(local, TimeSpan.FromDays(1)));
        var after = zone.GetUtcOffset(Instant(local, TimeSpan.FromDays(-1)));
        var early = Instant(local, before);
        var late = Instant(local, after);
        var isStillBefore = zone.GetUtcOffset(early) == before;
        var isAlreadyAfter = zone.GetUtcOffset(late) == after;
        return isAlreadyAfter && !isStillBefore ? late : early;
    }

    private static DateTime Instant(DateTime local, TimeSpan offset) =>
        new(Math.Min(local.Ticks - offset.Ticks, Latest), DateTimeKind.Utc);
}
