using Fever.Testing;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class SearchRangeTests(Servers servers) : IAsyncLifetime
{
    private Replica _replica = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.AddAsync("morning", "2021-06-30 09:00", "2021-06-30 11:00");
        await catalog.AddAsync("evening", "2021-06-30 21:00", "2021-06-30 23:59:59.999999");
        await catalog.AddAsync("endless", "2021-07-01 00:00");
        await catalog.AddAsync("july", "2021-07-01 10:00", "2021-07-31 10:00");
        _replica = new Replica(catalog.ConnectionString, servers.Redis);
        _client = await _replica.ReadyAsync();
    }

    public async Task DisposeAsync() => await _replica.DisposeAsync();

    [Theory]
    [InlineData("", "morning evening endless july")]
    [InlineData("?starts_at=2021-06-30T09:00:00Z", "morning evening endless july")]
    [InlineData("?starts_at=2021-06-30T09:00:00.000001Z", "evening endless july")]
    [InlineData("?starts_at=2021-06-30T09:00:00.0000001Z", "evening endless july")]
    [InlineData("?ends_at=2021-06-30T11:00:00Z", "morning")]
    [InlineData("?ends_at=2021-06-30T10:59:59.9999999Z", "")]
    [InlineData("?starts_at=2021-06-30T10:00:00Z&ends_at=2021-07-01T00:00:00Z", "evening endless")]
    [InlineData("?starts_at=2021-07-01T00:00:00Z&ends_at=2021-07-01T00:00:00Z", "endless")]
    [InlineData("?starts_at=2021-07-01T00:00:00.0000001Z&ends_at=2021-07-01T00:00:00.0000001Z", "")]
    [InlineData("?ends_at=2021-07-31", "morning evening endless july")]
    [InlineData("?ends_at=2021-07-30", "morning evening endless")]
    [InlineData("?starts_at=2021-06-30&ends_at=2021-06-30", "morning evening")]
    [InlineData("?starts_at=2021-07-01&ends_at=2021-07-01", "endless")]
    [InlineData("?starts_at=2021-07-01T02:00:00%2B02:00", "endless july")]
    [InlineData("?starts_at=2021-07-01T02:00:00+02:00", "endless july")]
    [InlineData("?starts_at=2021-07-01T02:00:01+02:00", "july")]
    [InlineData("?starts_at=2021-06-30T19:00:00-05:00", "endless july")]
    [InlineData("?starts_at=2021-07-01t00:00:00z", "endless july")]
    [InlineData("?starts_at=2021-07-01%2000:00:00", "endless july")]
    [InlineData("?starts_at=2021-07-01+00:00:00+00:00", "endless july")]
    [InlineData("?starts_at=2021-06-30T23:59:60Z&ends_at=2021-07-01", "endless")]
    [InlineData("?starts_at=2021-06-30T12:00:00Z&ends_at=2021-06-30T23:59:60Z", "evening")]
    [InlineData("?starts_at=0001-01-01T00:00:00%2B14:00&ends_at=9999-12-31T23:59:59-14:00", "morning evening endless july")]
    [InlineData("?starts_at=0000-02-29", "morning evening endless july")]
    [InlineData("?ends_at=0001-01-01T00:00:00%2B14:00", "")]
    public async Task Events_that_lie_wholly_inside_the_range_are_found(string query, string titles) =>
        Assert.Equal(titles.Split(' ', StringSplitOptions.RemoveEmptyEntries), await _client.TitlesAsync(query));
}
