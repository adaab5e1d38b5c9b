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
    private const int DateLength = 10;
    private const int MicrosecondDigits = 6;
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long MicrosecondsPerMinute = 60 * MicrosecondsPerSecond;
    private const long MicrosecondsPerDay = 24 * 60 * MicrosecondsPerMinute;
    private const long LastMicrosecond = 3_652_059 * MicrosecondsPerDay - 1;

    /// <summary>
    /// Reads a date-time of RFC 3339 §5.6, or its full-date alone. Beyond the RFC the offset may be missing (UTC),
    /// and its <c>+</c> may be a space, which is what an unencoded <c>+</c> in a query string means. Own code: the
    /// framework reads seven digits of a second at most, no second 60 and no year 0.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeBound bound)
    {
        bound = default;
        if (!TryParseDate(text, out var midnight))
        {
            return false;
        }

        if (text.Length == DateLength)
        {
            bound = Between(midnight, midnight + MicrosecondsPerDay - 1);
            return true;
        }

        text = text[DateLength..];
        if (text is not ['T' or 't' or ' ', _, _, ':', _, _, ':', _, _, .. var rest]
            || !TryParseMinutes(text[1..6], out var minutes)
            || ParseNumber(text[7..9]) is not (>= 0 and <= 60 and var second)
            || !TryTakeFraction(ref rest, out var fraction, out var isBetweenMicroseconds)
            || !TryParseOffset(rest, out var offset))
        {
            return false;
        }

        var instant = midnight + (minutes - offset) * MicrosecondsPerMinute + second * MicrosecondsPerSecond;
        if (second < 60)
        {
            bound = Between(instant + fraction + (isBetweenMicroseconds ? 1 : 0), instant + fraction);
            return true;
        }

        // RFC 3339 §5.7: second 60 exists only in the last minute of a UTC day. Which days had one is not checked:
        // that would need a table that goes out of date.
        bound = Between(instant, instant - 1);
        return instant % MicrosecondsPerDay == 0;
    }

    /// <summary>An offset can carry an instant out of the years that exist; the nearest one that does finds the same events.</summary>
    private static TimeBound Between(long start, long end) => new(ToDateTime(start), ToDateTime(end));

    private static DateTime ToDateTime(long microseconds) =>
        new(Math.Clamp(microseconds, 0, LastMicrosecond) * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc);

    private static bool TryParseDate(ReadOnlySpan<char> text, out long midnight)
    {
        midnight = 0;
        if (text is not [_, _, _, _, '-', _, _, '-', _, _, ..])
        {
            return false;
        }

        // The RFC has a year 0000 and DateOnly has not; the calendar repeats every 400 years, which have 146,097 days.
        var (year, month, day) = (ParseNumber(text[..4]), ParseNumber(text[5..7]), ParseNumber(text[8..10]));
        var (calendarYear, extraDays) = year == 0 ? (400, 146_097) : (year, 0);
        if (year < 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(calendarYear, month))
        {
            return false;
        }

        midnight = (new DateOnly(calendarYear, month, day).DayNumber - extraDays) * MicrosecondsPerDay;
        return true;
    }

    /// <summary>Takes a fraction of a second if there is one, in microseconds.</summary>
    private static bool TryTakeFraction(ref ReadOnlySpan<char> text, out int fraction, out bool isBetweenMicroseconds)
    {
        (fraction, isBetweenMicroseconds) = (0, false);
        if (text is not ['.', .. var digits])
        {
            return true;
        }

        var length = 0;
        while (length < digits.Length && char.IsAsciiDigit(digits[length]))
        {
            length++;
        }

        digits = digits[..length];
        for (var place = 0; place < MicrosecondDigits; place++)
        {
            fraction = fraction * 10 + (place < digits.Length ? digits[place] - '0' : 0);
        }

        isBetweenMicroseconds = digits.Length > MicrosecondDigits && digits[MicrosecondDigits..].ContainsAnyExcept('0');
        text = text[(length + 1)..];
        return length > 0;
    }

    /// <summary>Minutes east of UTC.</summary>
    private static bool TryParseOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is [] or ['Z' or 'z'])
        {
            return true;
        }

        if (text is not ['+' or '-' or ' ', _, _, ':', _, _] || !TryParseMinutes(text[1..], out minutes))
        {
            return false;
        }

        minutes = text[0] == '-' ? -minutes : minutes;
        return true;
    }

    /// <summary>Of <c>HH:mm</c>.</summary>
    private static bool TryParseMinutes(ReadOnlySpan<char> text, out int minutes)
    {
        var (hour, minute) = (ParseNumber(text[..2]), ParseNumber(text[3..]));
        minutes = hour * 60 + minute;
        return hour is >= 0 and <= 23 && minute is >= 0 and <= 59;
    }

    /// <summary>-1 when it is none. Not int.Parse, which accepts trailing NUL characters.</summary>
    private static int ParseNumber(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return -1;
            }

            number = number * 10 + (digit - '0');
        }

        return number;
    }
}
