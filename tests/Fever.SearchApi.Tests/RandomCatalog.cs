using System.Globalization;

namespace Fever.SearchApi.Tests;

/// <summary>
/// Events and searches where they are likely to meet: within half an hour around midnight, on and beside whole minutes
/// and seconds. The same seed gives the same ones.
/// </summary>
internal sealed class RandomCatalog(int seed)
{
    private static readonly DateTime Evening = new(2021, 6, 30, 23, 45, 0, DateTimeKind.Utc);
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    private static readonly TimeSpan[] Shifts =
    [
        TimeSpan.Zero, TimeSpan.Zero, Microsecond, -Microsecond, TimeSpan.FromTicks(1), TimeSpan.FromTicks(-1),
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(-1),
    ];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public T Of<T>(IReadOnlyList<T> values) => values[Next(values.Count)];

    public List<Plan> Plans(int count)
    {
        var plans = new List<Plan>();
        while (plans.Count < count)
        {
            plans.Add(Plan(plans));
        }

        return plans;
    }

    /// <summary>A new event, perhaps at the same instant as one of the others.</summary>
    public Plan Plan(IReadOnlyList<Plan> others)
    {
        var id = new byte[16];
        _random.NextBytes(id);
        var start = others.Count > 0 && Next(4) == 0 ? Of(others).Start : Instant();
        return new Plan(new Guid(id), start, EndOf(start));
    }

    public DateTime? EndOf(DateTime start) => Next(6) switch
    {
        0 => null,
        1 => start,
        2 => start.AddSeconds(Next(600)),
        3 => start.AddDays(Next(1000)),
        4 => start.AddMicroseconds(Next(120_000_000)),
        _ => start.AddTicks(TimeSpan.TicksPerMinute - start.Ticks % TimeSpan.TicksPerMinute),
    };

    /// <summary>A range whose bounds lie on the events or next to them; either or both may be missing.</summary>
    public Asked Ask(IReadOnlyList<Plan> plans)
    {
        var from = Next(6) == 0 ? null : Bound(plans);
        var to = Next(6) == 0 ? null : from is not null && Next(3) == 0 ? Near(from) : Bound(plans);
        if (from?.First > to?.Last)
        {
            (from, to) = (to, from);
        }

        return new Asked(from, to, Limit: Next(3) == 0 ? Next(10) + 1 : null);
    }

    private DateTime Instant()
    {
        var minute = Evening.AddMinutes(Next(30));
        return Next(5) switch
        {
            0 => minute,
            1 => minute.AddSeconds(Next(60)),
            2 => minute.AddMicroseconds(Next(60_000_000)),
            3 => minute - Microsecond,
            _ => minute + Microsecond,
        };
    }

    private Bound Bound(IReadOnlyList<Plan> plans)
    {
        var instant = Next(3) switch
        {
            0 => Instant(),
            1 => Of(plans).Start,
            _ => Of(plans).EndsAt,
        };
        return Next(12) == 0 ? Day(instant) : Exactly(instant + Of(Shifts));
    }

    /// <summary>Within the same minute: their canonical bounds are reversed.</summary>
    private Bound Near(Bound bound) => Exactly(new DateTime(bound.First - bound.First % TimeSpan.TicksPerMinute, DateTimeKind.Utc).AddMicroseconds(Next(60_000_000)));

    private static Bound Day(DateTime instant) =>
        new(instant.Date.Ticks, instant.Date.AddDays(1).Ticks - 1, instant.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private Bound Exactly(DateTime instant) => new(instant.Ticks, instant.Ticks, Next(7) switch
    {
        0 => Written(instant),
        1 => Written(instant.AddHours(2)) + "%2B02:00",
        2 => Written(instant.AddHours(2)) + "+02:00",
        3 => Written(instant.AddMinutes(345)) + "%2005:45",
        4 => Written(instant.AddMinutes(-210)) + "-03:30",
        5 => Written(instant).Replace('T', '+') + "z",
        _ => Written(instant) + "Z",
    });

    private static string Written(DateTime instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture);
}

/// <summary>A point in time as a caller writes it; a date has a first and a last tick.</summary>
internal sealed record Bound(long First, long Last, string Text);

/// <summary>A search and, without a database, what is found by it.</summary>
internal sealed record Asked(Bound? From, Bound? To, int? Limit)
{
    public string Query => "?" + string.Join(
        '&', new[] { From is null ? null : $"starts_at={From.Text}", To is null ? null : $"ends_at={To.Text}", Limit is null ? null : $"limit={Limit}" }.OfType<string>());

    /// <summary>All that lie within the range, whatever the limit.</summary>
    public Guid[] All(IEnumerable<Plan> plans) =>
    [
        .. plans.Where(plan => !(plan.Start.Ticks < From?.First) && !(plan.EndsAt.Ticks > To?.Last))
            .OrderBy(plan => plan.Start).ThenBy(plan => plan.Id)
            .Select(plan => plan.Id),
    ];
}
