using System.Globalization;

namespace Fever.Gateway.Tests;

/// <summary>Searches with one canonical form share a stored response, whatever their exact times and spelling.</summary>
public sealed class MicroCacheCanonicalTests
{
    private readonly StoppedClock _clock = new();
    private int _timeResolution = 60;
    private long _version = 7;

    [Fact]
    public async Task Searches_from_now_on_are_hits_however_often_now_changes()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await WarmedAsync(upstream, "starts_at=2021-06-30T20:00:00.001Z", "starts_at=2021-06-30T20:00:00.002Z");
        var before = upstream.Requests.Count;

        for (var millisecond = 3; millisecond < 60_000; millisecond += 997)
        {
            var now = new DateTime(2021, 6, 30, 20, 0, 0).AddMilliseconds(millisecond).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            Assert.True((await gateway.Client.GetAsync($"/search?starts_at={now}")).IsHit(), now);
        }

        Assert.Equal(before, upstream.Requests.Count);
    }

    [Theory]
    [InlineData("starts_at=2021-06-30T22:00:30%2B02:00", true)]
    [InlineData("utm_source=mail&STARTS_AT=2021-06-30T20:00:30Z", true)]
    [InlineData("starts_at=2021-06-30T20:01:00Z", true)]
    [InlineData("starts_at=2021-06-30T20:00:00Z", false)]
    [InlineData("starts_at=2021-06-30T20:01:00.000001Z", false)]
    [InlineData("starts_at=2021-06-30T20:00:30Z&ends_at=2022-01-01", false)]
    [InlineData("starts_at=2021-06-30T20:00:30Z&limit=10", false)]
    [InlineData("starts_at=2021-06-30T20:00:30Z&limit=0", false)]
    public async Task Only_searches_with_the_same_canonical_form_are_hits(string other, bool isHit)
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await WarmedAsync(upstream, "starts_at=2021-06-30T20:00:10Z", "starts_at=2021-06-30T20:00:20Z");

        Assert.Equal(isHit, (await gateway.Client.GetAsync($"/search?{other}")).IsHit());
    }

    [Fact]
    public async Task Clients_do_not_get_the_header_that_is_for_the_gateway()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await WarmedAsync(upstream, "starts_at=2021-06-30T20:00:10Z", "starts_at=2021-06-30T20:00:20Z");

        Assert.False((await gateway.Client.GetAsync("/search?starts_at=2021-06-30T20:00:30Z")).Headers.Contains("Catalog-Time-Resolution"));
        Assert.False((await gateway.Client.GetAsync("/search?starts_at=2022-01-01")).Headers.Contains("Catalog-Time-Resolution"));
    }

    [Fact]
    public async Task Times_are_exact_when_the_catalog_has_any_time()
    {
        _timeResolution = 0;
        await using var upstream = await UpstreamAsync();
        await using var gateway = await WarmedAsync(upstream, "starts_at=2021-06-30T20:00:10Z", "starts_at=2021-06-30T20:00:10.0Z");

        Assert.True((await gateway.Client.GetAsync("/search?starts_at=2021-06-30T20:00:10.00Z")).IsHit());
        Assert.False((await gateway.Client.GetAsync("/search?starts_at=2021-06-30T20:00:10.000001Z")).IsHit());
    }

    [Fact]
    public async Task A_response_stored_under_a_coarser_resolution_is_no_hit_in_a_version_with_a_finer_one()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await WarmedAsync(upstream, "starts_at=2021-06-30T20:00:10Z", "starts_at=2021-06-30T20:00:20Z");

        // Refreshes what is stored under the minute's key by a response of the version in which an event starts at 20:00:40.
        (_version, _timeResolution) = (8, 1);
        _clock.Pass(milliseconds: 200);
        Assert.Equal(8, Replica.VersionOf(await gateway.Client.GetAsync("/search?starts_at=2021-06-30T20:00:30Z")));

        Assert.False((await gateway.Client.GetAsync("/search?starts_at=2021-06-30T20:01:00Z")).IsHit());
    }

    private Task<Upstream> UpstreamAsync() => Upstream.StartAsync(context =>
        Replica.RespondAsync(context, _version, response => response.Headers["Catalog-Time-Resolution"] = $"{_timeResolution}"));

    /// <summary>The first response tells the time resolution; the others are asked for under their canonical form.</summary>
    private async Task<GatewayHost> WarmedAsync(Upstream upstream, params string[] searches)
    {
        var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        await gateway.Client.GetAsync("/search?ends_at=1999-01-01");
        foreach (var search in searches)
        {
            Assert.False((await gateway.Client.GetAsync($"/search?{search}")).IsHit());
        }

        return gateway;
    }
}
