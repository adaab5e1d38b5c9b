using Fever.SearchApi.Queries;

namespace Fever.SearchApi.Tests;

public sealed class TimeRangeTests
{
    private static readonly DateTime Morning = new(2021, 6, 30, 8, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime FarFuture = new(9999, 12, 30, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime[] Places = [DateTime.MinValue, DateTime.UnixEpoch, Morning, FarFuture.AddMinutes(-3), FarFuture, DateTime.MaxValue.AddMinutes(-4)];

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(60, 3)]
    public void Canonical_range_selects_the_events_of_the_range(int resolution, int seed)
    {
        var random = new Random(seed);
        var events = Enumerable.Range(0, 300).Select(_ => Event(random, resolution)).ToArray();

        for (var i = 0; i < 3000; i++)
        {
            var range = new TimeRange(Bound(random), Bound(random));
            var canonical = range.Canonical(resolution);

            Assert.True(events.All(plan => Contains(range, plan) == Contains(canonical, plan)), $"{range} is not {canonical} in a catalog of {resolution} seconds");
            Assert.Equal(canonical, canonical.Canonical(resolution));
        }
    }

    [Theory]
    [InlineData(0, 60_000_000)]
    [InlineData(1, 60)]
    [InlineData(60, 1)]
    public void Ranges_that_begin_or_end_between_the_same_multiples_are_one(int resolution, int ranges)
    {
        var random = new Random(4);
        var moments = Enumerable.Range(0, 1000).Select(_ => Morning.AddMicroseconds(random.Next(1, 60_000_000))).Distinct().ToArray();

        Assert.InRange(moments.Select(moment => new TimeRange(moment, null).Canonical(resolution)).Distinct().Count(), Math.Min(ranges, 60), Math.Min(ranges, moments.Length));
        Assert.InRange(moments.Select(moment => new TimeRange(null, moment).Canonical(resolution)).Distinct().Count(), Math.Min(ranges, 60), Math.Min(ranges, moments.Length));
    }

    [Fact]
    public void Whole_minutes_and_the_far_future_are_not_rounded()
    {
        foreach (var bound in new[] { Morning, FarFuture, FarFuture.AddTicks(10), DateTime.MaxValue })
        {
            Assert.Equal(new TimeRange(bound, bound), new TimeRange(bound, bound).Canonical(60));
        }

        Assert.Equal(new TimeRange(FarFuture, FarFuture.AddMinutes(-1)), new TimeRange(FarFuture.AddTicks(-10), FarFuture.AddTicks(-10)).Canonical(60));
    }

    private static bool Contains(TimeRange range, (DateTime Start, DateTime End) plan) => !(plan.Start < range.From) && !(plan.End > range.To);

    private static (DateTime Start, DateTime End) Event(Random random, int resolution)
    {
        var (one, other) = (Instant(random, resolution), Instant(random, resolution));
        return one < other ? (one, other) : (other, one);
    }

    /// <summary>A multiple of the resolution; from 9999-12-30 on any time.</summary>
    private static DateTime Instant(Random random, int resolution)
    {
        var instant = Near(random);
        return resolution == 0 || instant >= FarFuture ? instant : instant.AddTicks(-(instant.Ticks % (resolution * TimeSpan.TicksPerSecond)));
    }

    private static DateTime? Bound(Random random) => random.Next(8) switch
    {
        0 => null,
        < 4 => Near(random),
        _ => new DateTime(Near(random).Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc),
    };

    /// <summary>Within a few minutes, so that events and bounds meet.</summary>
    private static DateTime Near(Random random) => Places[random.Next(Places.Length)].AddMicroseconds(random.Next(3) switch
    {
        0 => random.Next(4) * 60_000_000,
        1 => random.Next(200) * 1_000_000,
        _ => random.Next(200_000_000),
    });
}
