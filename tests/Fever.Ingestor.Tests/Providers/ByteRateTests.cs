using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>At 10 bytes a second 300 bytes must come in any 30 seconds.</summary>
public sealed class ByteRateTests
{
    private readonly ByteRate _rate = new(10);

    [Fact]
    public void Wait_begins_with_a_whole_window()
    {
        Assert.Equal(30, _rate.LongestWait.TotalSeconds);

        _rate.Add(299, Seconds(29));

        Assert.Equal(1, _rate.LongestWait.TotalSeconds);
    }

    [Fact]
    public void Enough_bytes_start_the_window_anew_from_the_first_of_them_that_is_needed()
    {
        _rate.Add(100, Seconds(5));
        _rate.Add(200, Seconds(5));
        Assert.Equal(25, _rate.LongestWait.TotalSeconds);

        _rate.Add(100, Seconds(10));
        Assert.Equal(20, _rate.LongestWait.TotalSeconds);
    }

    [Fact]
    public void Burst_does_not_buy_more_than_one_window()
    {
        _rate.Add(1_000_000, Seconds(1));
        _rate.Add(1, Seconds(29));

        Assert.Equal(1, _rate.LongestWait.TotalSeconds);
    }

    [Theory]
    [InlineData(9, 30)]
    [InlineData(10, 1_000)]
    public void Steady_bytes_last_as_long_as_they_are_enough(int bytes, int seconds)
    {
        var waited = 0;
        while (waited < 1_000 && _rate.LongestWait >= Seconds(1))
        {
            _rate.Add(bytes, Seconds(1));
            waited++;
        }

        Assert.Equal(seconds, waited);
    }

    [Fact]
    public void No_rate_waits_for_ever()
    {
        var rate = new ByteRate(0);
        rate.Add(0, Seconds(1_000_000));

        Assert.Equal(Timeout.InfiniteTimeSpan, rate.LongestWait);
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
