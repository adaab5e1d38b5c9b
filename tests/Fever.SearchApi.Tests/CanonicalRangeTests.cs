using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>Ranges whose bounds lie between the same whole minutes are one question as long as they have one answer.</summary>
[Collection(nameof(Servers))]
public sealed class CanonicalRangeTests(Servers servers)
{
    private const string First = "?starts_at=2021-06-30T08:00:10Z&ends_at=2021-06-30T22:00:10Z";
    private const string Second = "?starts_at=2021-06-30T08:00:11Z&ends_at=2021-06-30T22:00:11Z";

    [Theory]
    [InlineData("2021-06-30 08:00:00", null)]
    [InlineData("2021-06-30 08:01:00", "2021-06-30 22:00:00")]
    [InlineData("2021-06-30 12:00:00", "2021-06-30 22:01:00")]
    [InlineData("2021-06-30 08:00:10.5", "2021-07-30 22:00:00")]
    public async Task An_event_that_no_range_between_the_minutes_tells_apart_leaves_them_one_answer(string start, string? end)
    {
        var (replica, client) = await WithEventAsync(start, end);
        await using var _ = replica;
        var first = await client.GetAsync($"/search{First}");

        var second = await client.GetAsync($"/search{Second}");

        Assert.True(second.IsCached());
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Theory]
    [InlineData("2021-06-30 08:00:10.999999", null, 1, 0)]
    [InlineData("2021-06-30 08:00:10", null, 1, 0)]
    [InlineData("2021-06-30 08:00:11", null, 1, 1)]
    [InlineData("2021-06-30 08:00:00.000001", null, 0, 0)]
    [InlineData("2021-06-30 08:00:59.999999", null, 1, 1)]
    [InlineData("2021-06-30 12:00:00", "2021-06-30 22:00:10", 1, 1)]
    [InlineData("2021-06-30 12:00:00", "2021-06-30 22:00:10.000001", 0, 1)]
    [InlineData("2021-06-30 12:00:00", "2021-06-30 22:00:59.999999", 0, 0)]
    public async Task An_event_between_the_minutes_gives_every_range_its_own_answer(string start, string? end, int inFirst, int inSecond)
    {
        var (replica, client) = await WithEventAsync(start, end);
        await using var _ = replica;

        for (var again = 0; again < 2; again++)
        {
            Assert.Equal(inFirst, (await client.TitlesAsync(First)).Length);
            Assert.Equal(inSecond, (await client.TitlesAsync(Second)).Length);
        }

        Assert.NotEqual((await client.GetAsync($"/search{First}")).Headers.ETag, (await client.GetAsync($"/search{Second}")).Headers.ETag);
    }

    private async Task<(Replica Replica, HttpClient Client)> WithEventAsync(string start, string? end)
    {
        var catalogue = await Catalogue.CreateAsync(servers);
        await catalogue.AddAsync("event", start, end);
        var replica = new Replica(catalogue.ConnectionString, servers.Redis).With("Caching:LocalSize", "67108864");
        return (replica, await replica.ReadyAsync());
    }
}
