namespace Fever.SearchApi.Queries;

/// <summary>
/// What a caller's point in time means as either end of a range, in UTC and whole microseconds (what PostgreSQL
/// stores). For most values the two are the same instant; a date covers its whole day, and an instant between two
/// microseconds (or inside a leap second, which UTC clocks cannot show) rounds into the range, never out of it.
/// </summary>
/// <param name="AsStart">The first microsecond that is not before it.</param>
/// <param name="AsEnd">The last microsecond that is not after it.</param>
internal readonly record struct TimeBound(DateTime AsStart, DateTime AsEnd)
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long MicrosecondsPerDay = 24 * 60 * 60 * MicrosecondsPerSecond;
    private const long LastMicrosecond = 3_652_059 * MicrosecondsPerDay - 1;
    private const int MicrosecondDigits = 6;
    private const int YearsPerCycle = 400;
    private const int DaysPerCycle = 146_097;

    /// <summary>
    /// Reads a date-time of RFC 3339 §5.6, or its full-date alone. Beyond the RFC the offset may be missing (UTC),
    /// and its <c>+</c> may be a space, which is what an unencoded <c>+</c> in a query string means.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeBound bound)
    {
        bound = default;
        if (!TryTakeDate(ref text, out var day))
        {
            return false;
        }

        if (text.IsEmpty)
        {
            bound = Between(day * MicrosecondsPerDay, (day + 1) * MicrosecondsPerDay - 1);
            return true;
        }

        return TryTake(ref text, "Tt ")
            && TryTakeTime(ref text, out var minute, out var second, out var fraction, out var isBetweenMicroseconds)
            && TryTakeOffset(ref text, out var offset)
            && text.IsEmpty
            && TryCombine(day * 24 * 60 + minute - offset, second, fraction, isBetweenMicroseconds, out bound);
    }

    private static bool TryCombine(long minute, int second, int fraction, bool isBetweenMicroseconds, out TimeBound bound)
    {
        var start = minute * 60 * MicrosecondsPerSecond;
        if (second < 60)
        {
            var instant = start + second * MicrosecondsPerSecond + fraction;
            bound = Between(isBetweenMicroseconds ? instant + 1 : instant, instant);
            return true;
        }

        // RFC 3339 §5.7: second 60 exists only in the last minute of a UTC day. Which days had one is not checked:
        // that would need a table that goes out of date.
        var midnight = start + 60 * MicrosecondsPerSecond;
        bound = Between(midnight, midnight - 1);
        return midnight % MicrosecondsPerDay == 0;
    }

    /// <summary>An offset can carry an instant out of the years that exist; the nearest one that does finds the same events.</summary>
    private static TimeBound Between(long start, long end) => new(ToDateTime(start), ToDateTime(end));

    private static DateTime ToDateTime(long microseconds) =>
        new(Math.Clamp(microseconds, 0, LastMicrosecond) * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc);

    /// <summary>Takes a full-date, as days since 0001-01-01.</summary>
    private static bool TryTakeDate(ref ReadOnlySpan<char> text, out long day)
    {
        day = 0;
        if (!TryTakeNumber(ref text, 4, out var year) || !TryTake(ref text, "-")
            || !TryTakeNumber(ref text, 2, out var month) || !TryTake(ref text, "-")
            || !TryTakeNumber(ref text, 2, out var dayOfMonth))
        {
            return false;
        }

        // The RFC has a year 0000 and DateOnly has not; the calendar repeats every 400 years.
        var cycles = year == 0 ? 1 : 0;
        year += cycles * YearsPerCycle;
        if (month is < 1 or > 12 || dayOfMonth < 1 || dayOfMonth > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        day = new DateOnly(year, month, dayOfMonth).DayNumber - cycles * DaysPerCycle;
        return true;
    }

    private static bool TryTakeTime(
        ref ReadOnlySpan<char> text, out int minute, out int second, out int fraction, out bool isBetweenMicroseconds)
    {
        (second, fraction, isBetweenMicroseconds) = (0, 0, false);
        return TryTakeHourAndMinute(ref text, out minute)
            && TryTake(ref text, ":")
            && TryTakeNumber(ref text, 2, out second)
            && second <= 60
            && (!TryTake(ref text, ".") || TryTakeFraction(ref text, out fraction, out isBetweenMicroseconds));
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<char> text, out int microseconds, out bool isBetweenMicroseconds)
    {
        (microseconds, isBetweenMicroseconds) = (0, false);
        var length = 0;
        for (; length < text.Length && char.IsAsciiDigit(text[length]); length++)
        {
            if (length < MicrosecondDigits)
            {
                microseconds = microseconds * 10 + (text[length] - '0');
            }
            else
            {
                isBetweenMicroseconds |= text[length] != '0';
            }
        }

        for (var missing = length; missing < MicrosecondDigits; missing++)
        {
            microseconds *= 10;
        }

        text = text[length..];
        return length > 0;
    }

    /// <summary>Takes the rest of the text, as minutes east of UTC.</summary>
    private static bool TryTakeOffset(ref ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || TryTake(ref text, "Zz"))
        {
            return true;
        }

        var isWest = text[0] == '-';
        if (!TryTake(ref text, "+- ") || !TryTakeHourAndMinute(ref text, out minutes))
        {
            return false;
        }

        minutes = isWest ? -minutes : minutes;
        return true;
    }

    private static bool TryTakeHourAndMinute(ref ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (!TryTakeNumber(ref text, 2, out var hour) || hour > 23
            || !TryTake(ref text, ":")
            || !TryTakeNumber(ref text, 2, out var minute) || minute > 59)
        {
            return false;
        }

        minutes = hour * 60 + minute;
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<char> text, int length, out int number)
    {
        number = 0;
        if (text.Length < length)
        {
            return false;
        }

        // Not int.TryParse: it takes trailing NUL characters for digits that are not there.
        foreach (var character in text[..length])
        {
            if (!char.IsAsciiDigit(character))
            {
                return false;
            }

            number = number * 10 + (character - '0');
        }

        text = text[length..];
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<char> text, ReadOnlySpan<char> oneOf)
    {
        if (text.IsEmpty || !oneOf.Contains(text[0]))
        {
            return false;
        }

        text = text[1..];
        return true;
    }
}
