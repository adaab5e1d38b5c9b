using System.Globalization;
using Fever.SearchApi.Queries;

namespace Fever.SearchApi.Tests;

public sealed class TimeBoundTests
{
    private const int Samples = 20_000;

    [Theory]
    [InlineData("2021-02-01T00:00:00Z", "2021-02-01T00:00:00.000000")]
    [InlineData("2021-02-01T00:00:00", "2021-02-01T00:00:00.000000")]
    [InlineData("2021-02-01t00:00:00z", "2021-02-01T00:00:00.000000")]
    [InlineData("2021-02-01 00:00:00+00:30", "2021-01-31T23:30:00.000000")]
    [InlineData("2021-02-01T00:00:00 02:00", "2021-01-31T22:00:00.000000")]
    [InlineData("2021-02-01T00:00:00-00:00", "2021-02-01T00:00:00.000000")]
    [InlineData("2021-02-01T00:00:00-23:59", "2021-02-01T23:59:00.000000")]
    [InlineData("2021-02-01T00:00:00.5Z", "2021-02-01T00:00:00.500000")]
    [InlineData("2021-02-01T00:00:00.5", "2021-02-01T00:00:00.500000")]
    [InlineData("2021-02-01T00:00:00.12345600000000000000000000000000Z", "2021-02-01T00:00:00.123456")]
    [InlineData("2020-02-29T00:00:00Z", "2020-02-29T00:00:00.000000")]
    [InlineData("0000-12-31T23:59:00-00:01", "0001-01-01T00:00:00.000000")]
    [InlineData("9999-12-31T23:59:59.999999-01:00", "9999-12-31T23:59:59.999999")]
    public void Instant_is_the_same_at_both_ends(string text, string expected) => AssertBound(text, expected, expected);

    [Theory]
    [InlineData("2021-02-01", "2021-02-01T00:00:00.000000", "2021-02-01T23:59:59.999999")]
    [InlineData("9999-12-31", "9999-12-31T00:00:00.000000", "9999-12-31T23:59:59.999999")]
    [InlineData("0000-01-01", "0001-01-01T00:00:00.000000", "0001-01-01T00:00:00.000000")]
    [InlineData("2021-02-01T00:00:00.0000001Z", "2021-02-01T00:00:00.000001", "2021-02-01T00:00:00.000000")]
    [InlineData("2021-02-01T00:00:00.99999999999999999999999999Z", "2021-02-01T00:00:01.000000", "2021-02-01T00:00:00.999999")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000", "2016-12-31T23:59:59.999999")]
    [InlineData("2017-01-01T01:59:60.75+02:00", "2017-01-01T00:00:00.000000", "2016-12-31T23:59:59.999999")]
    public void What_is_not_one_microsecond_rounds_into_the_range(string text, string start, string end) => AssertBound(text, start, end);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("now")]
    [InlineData("2021")]
    [InlineData("2021-2-1")]
    [InlineData("20210201")]
    [InlineData("2021-02-30")]
    [InlineData("2021-02-29T00:00:00Z")]
    [InlineData("1900-02-29")]
    [InlineData("2021-00-10")]
    [InlineData("2021-13-10")]
    [InlineData("2021-01-00")]
    [InlineData("2021-01-01T")]
    [InlineData("2021-01-01Z")]
    [InlineData("2021-01-01T00:00Z")]
    [InlineData("2021-01-01T00:00:")]
    [InlineData("2021-01-01T00:00:Z")]
    [InlineData("2021-01-01T00:00:.5Z")]
    [InlineData("2021-01-01T00:00:00+02:")]
    [InlineData("2021-01-01T24:00:00Z")]
    [InlineData("2021-01-01T00:60:00Z")]
    [InlineData("2021-01-01T00:00:61Z")]
    [InlineData("2021-01-01T12:00:60Z")]
    [InlineData("2021-01-01T23:59:60+01:00")]
    [InlineData("2021-01-01T00:00:00.Z")]
    [InlineData("2021-01-01T00:00:00,5Z")]
    [InlineData("2021-01-01T00:00:00ZZ")]
    [InlineData("2021-01-01T00:00:00Z ")]
    [InlineData(" 2021-01-01T00:00:00Z")]
    [InlineData("2021-01-01T00:00:00+2")]
    [InlineData("2021-01-01T00:00:00+0200")]
    [InlineData("2021-01-01T00:00:00+24:00")]
    [InlineData("2021-01-01T00:00:00+02:60")]
    [InlineData("2021-01-01T00:00:00++02:00")]
    [InlineData("2021-01-01T00:00:00  02:00")]
    [InlineData("+021-01-01T00:00:00Z")]
    [InlineData("２０２１-01-01")]
    [InlineData("2021-01-01T00:00:0\0Z")]
    [InlineData("-2021-01-01T00:00:00Z")]
    [InlineData("12021-01-01T00:00:00Z")]
    public void Anything_else_is_refused(string text) => Assert.False(TimeBound.TryParse(text, out _));

    [Fact]
    public void Every_instant_reads_back_however_it_is_written()
    {
        var random = new Random(20210201);
        for (var i = 0; i < Samples; i++)
        {
            var ticks = random.NextInt64(DateTime.MaxValue.Ticks - (2 * TimeSpan.TicksPerDay)) + TimeSpan.TicksPerDay;
            var offset = TimeSpan.FromMinutes(random.Next(-14 * 60, (14 * 60) + 1));
            var instant = new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(offset);
            var text = instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);

            Assert.True(TimeBound.TryParse(text, out var bound), text);

            var floor = ticks - (ticks % TimeSpan.TicksPerMicrosecond);
            Assert.Equal(floor, bound.AsEnd.Ticks);
            Assert.Equal(floor == ticks ? ticks : floor + TimeSpan.TicksPerMicrosecond, bound.AsStart.Ticks);
            Assert.Equal(DateTimeKind.Utc, bound.AsStart.Kind);
        }
    }

    [Fact]
    public void One_wrong_character_never_throws_and_never_moves_the_instant_by_itself()
    {
        const string Written = "2021-02-01T10:20:30.123456+02:00";
        var random = new Random(20210202);
        for (var i = 0; i < Samples; i++)
        {
            var text = Written.ToCharArray();
            var at = random.Next(text.Length);
            text[at] = (char)random.Next(1, 0x180);

            if (TimeBound.TryParse(text, out _))
            {
                Assert.True(char.IsAsciiDigit(text[at]) || "tT+- zZ.:".Contains(text[at], StringComparison.Ordinal), new string(text));
            }
        }
    }

    [Fact]
    public void Reading_a_value_allocates_nothing()
    {
        const string Written = "2021-02-01T10:20:30.1234567+02:00";
        Assert.True(TimeBound.TryParse(Written, out _));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Samples; i++)
        {
            Assert.True(TimeBound.TryParse(Written, out _));
        }

        // The runtime may allocate a little of its own while it runs; not even a byte a reading is ours.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Samples);
    }

    private static void AssertBound(string text, string start, string end)
    {
        Assert.True(TimeBound.TryParse(text, out var bound));
        Assert.Equal((start, end), (Show(bound.AsStart), Show(bound.AsEnd)));
    }

    private static string Show(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
