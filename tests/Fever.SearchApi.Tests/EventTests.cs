using System.Net;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class EventTests(Servers servers)
{
    [Fact]
    public async Task An_event_is_shown_as_a_search_shows_it()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "another");
        var id = await catalog.AddAsync("wanted", "2021-07-01 21:00", "2021-07-01 22:00", "15.00", "30.5");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();

        var answer = await client.GetAsync($"/events/{id}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(await client.GetStringAsync("/search?starts_at=2021-07-01"), await answer.Content.ReadAsStringAsync());
        Assert.NotNull(answer.Headers.ETag);
        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync($"/events/{id}")).IsFromRedis());
    }

    [Fact]
    public async Task An_unknown_one_is_a_404_read_once_a_version_until_it_is_published()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        using var gate = new QueryGate();
        var id = Guid.NewGuid();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).With("OutputCaching:MemorySize", "1000000");
        var client = await replica.ReadyAsync();

        var answer = await client.GetAsync($"/events/{id}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("not_found", await answer.ErrorCodeAsync());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/events/{id}")).StatusCode);
        Assert.Equal(1, gate.Queries);

        // Nor does the date of the catalog say that it is there.
        await catalog.ExecuteAsync("UPDATE catalog SET version = 1, changed_at = '2021-01-01T00:00:00Z'");
        await replica.LearnsAsync(1);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/events/{id}");
        request.Headers.IfModifiedSince = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(request)).StatusCode);
        Assert.Equal(2, gate.Queries);

        await catalog.AddAsync("late", "2021-07-01 21:00", id: id);
        await catalog.PublishAsync();
        await replica.LearnsAsync(2);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/events/{id}")).StatusCode);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("not-a-uuid")]
    [InlineData("6f0c0f4e58a55b4e9d4b1c1b5a3c9a10")]
    public async Task What_is_no_id_is_refused_with_what_is_accepted(string id)
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);

        var answer = await (await replica.ReadyAsync()).GetAsync($"/events/{id}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var message = await answer.ErrorMessageAsync();
        Assert.Contains($"\"{id}\"", message, StringComparison.Ordinal);
        Assert.Contains("UUID", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_known_before_is_still_shown_without_the_database_and_an_unknown_one_is_a_503()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        var id = await catalog.AddAsync("known", "2021-07-01 21:00");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var replica = new Replica(database.ConnectionString, servers.Redis).With("OutputCaching:MemorySize", "1000000");
        var client = await replica.ReadyAsync();
        await client.GetAsync($"/events/{id}");

        database.Cut();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/events/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync($"/events/{Guid.NewGuid()}")).StatusCode);
    }
}
