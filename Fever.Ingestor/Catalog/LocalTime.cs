namespace Fever.Ingestor.Catalog;

/// <summary>Turns a provider's local times into instants.</summary>
internal static class LocalTime
{
    private static readonly DateTime Latest = DateTime.MaxValue.AddTicks(-(TimeSpan.TicksPerMicrosecond - 1));

    /// <summary>
    /// Where clocks change, the offset in force before the change applies (RFC 5545 §3.3.5): a time that was
    /// skipped moves forward by the gap, and of a time that came twice the earlier instant is meant.
    /// </summary>
    public static DateTime ToUtc(DateTime local, TimeZoneInfo zone)
    {
        var clocksChange = zone.IsInvalidTime(local) || zone.IsAmbiguousTime(local);
        var offset = zone.GetUtcOffset(clocksChange ? local.AddDays(-1) : local);
        // A plan "without end" may be printed as 9999-12-31, which west of Greenwich has no instant any more.
        return new DateTime(Math.Min(local.Ticks - offset.Ticks, Latest.Ticks), DateTimeKind.Utc);
    }
}
