using System.Globalization;

namespace Fever.Bench.Search.Cases;

/// <summary>What one search asks for, in UTC.</summary>
internal readonly record struct EventRange(DateTime From, DateTime To)
{
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/search?starts_at={From:s}Z&ends_at={To:s}Z");
}

/// <summary>The year that the events of the feed are spread over, and the ranges of it that are asked for; the load scripts make the same.</summary>
internal sealed class Ranges(DateTime today)
{
    public const int Days = 365;
    public const int Minutes = Days * 24 * 60;

    /// <summary>Lengths of ranges with about twenty events, in minutes.</summary>
    public const int ShortestDifferent = 150;

    public const int DifferentLengths = 31;

    // Coprime to the minutes of the year: every minute comes before one comes again.
    public const int Stride = 7_919;

    public static readonly TimeSpan FromNow = TimeSpan.FromHours(2);

    private const int HotRanges = 50;
    private const int PartDays = 5;
    private static readonly TimeSpan Evening = TimeSpan.FromHours(18);
    private static readonly TimeSpan HotLength = TimeSpan.FromMinutes(165);

    public DateTime FirstDay { get; } = today.Date.AddDays(-(Days / 2));

    public EventRange Hot => Between(FirstDay.AddDays(100) + Evening, HotLength);

    /// <summary>About 5,000 events.</summary>
    public EventRange Wide => Between(FirstDay.AddDays(60), TimeSpan.FromHours(439));

    public IReadOnlyList<EventRange> ManyHot =>
        [.. Enumerable.Range(0, HotRanges).Select(number => Between(FirstDay.AddDays(10 + (number * 6)) + Evening, HotLength))];

    /// <summary>The whole year, in parts that each reach beyond the next one's start by more than the longest event.</summary>
    public IReadOnlyList<EventRange> Parts =>
        [.. Enumerable.Range(0, Days / PartDays).Select(number => Between(FirstDay.AddDays(number * PartDays), TimeSpan.FromDays(PartDays + 1)))];

    public static EventRange At(DateTime now) => Between(new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc), FromNow);

    /// <summary>No two of the first sixteen million are the same.</summary>
    public EventRange Different(long number)
    {
        var minute = number * Stride % Minutes;
        var length = ShortestDifferent + ((number + (number / Minutes)) % DifferentLengths);
        return Between(FirstDay.AddMinutes(minute), TimeSpan.FromMinutes(length));
    }

    private static EventRange Between(DateTime from, TimeSpan length) => new(from, from + length);
}
