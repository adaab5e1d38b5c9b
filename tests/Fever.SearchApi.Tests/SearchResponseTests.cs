using System.Net;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class SearchResponseTests(Servers servers)
{
    private static readonly Guid Low = new("00000000-0000-5000-8000-000000000001");
    private static readonly Guid High = new("ffffffff-0000-5000-8000-000000000002");

    [Fact]
    public async Task Answer_has_exactly_the_members_of_the_contract_in_its_order()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.AddAsync("Camela en concierto", "2021-06-30 21:00:05", "2021-06-30 21:30:00", "15.00", "30.50", Low);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);

        var response = await (await replica.ReadyAsync()).GetAsync("/search");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            """{"data":{"events":[{"id":"00000000-0000-5000-8000-000000000001","title":"Camela en concierto","start_date":"2021-06-30","start_time":"21:00:05","end_date":"2021-06-30","end_time":"21:30:00","min_price":15,"max_price":30.5}]},"error":null}""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_an_event_has_not_is_null_and_present()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.AddAsync("Sin fin", "2021-06-30 21:00", id: Low);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);

        var body = await (await replica.ReadyAsync()).GetStringAsync("/search");

        Assert.Contains("\"end_date\":null,\"end_time\":null,\"min_price\":null,\"max_price\":null", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_answer_is_a_list_of_nothing()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);

        Assert.Equal("""{"data":{"events":[]},"error":null}""", await (await replica.ReadyAsync()).GetStringAsync("/search"));
    }

    [Fact]
    public async Task Titles_keep_their_letters_and_markup_is_escaped()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.AddAsync("Año «Ñ» 東京 <script>", "2021-06-30 21:00");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);

        Assert.Contains("Año «Ñ» 東京 \\u003Cscript\\u003E", await (await replica.ReadyAsync()).GetStringAsync("/search"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fractions_of_a_second_are_not_shown()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.AddAsync("Now", "2021-06-30 21:00:05.987654");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);

        Assert.Contains("\"start_time\":\"21:00:05\"", await (await replica.ReadyAsync()).GetStringAsync("/search"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_come_by_start_and_then_by_id()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.AddAsync("third", "2021-06-30 21:00", id: High);
        await catalog.AddAsync("second", "2021-06-30 21:00", id: Low);
        await catalog.AddAsync("first", "2021-06-30 20:59");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();

        foreach (var query in new[] { "", "?starts_at=2021-01-01", "?ends_at=2022-01-01", "?starts_at=2021-01-01&ends_at=2022-01-01" })
        {
            Assert.Equal(["first", "second", "third"], await client.TitlesAsync(query));
        }
    }

    [Fact]
    public async Task Head_answers_like_get_without_the_body()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        var get = await client.GetAsync("/search");

        var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/search"));

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Other_methods_are_refused_in_the_envelope()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);

        var response = await (await replica.ReadyAsync()).PostAsync("/search", content: null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("method_not_allowed", await response.ErrorCodeAsync());
    }

    [Theory]
    [InlineData("SELECT * FROM events", "42501")]
    [InlineData("CREATE TEMPORARY TABLE mine (id int)", "25006")]
    [InlineData("BEGIN READ WRITE; UPDATE catalog SET version = 7", "42501")]
    [InlineData("SELECT count(*) FROM published_events, catalog", null)]
    public async Task Sessions_read_the_contract_and_nothing_else(string sql, string? error)
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        await replica.ReadyAsync();

        Assert.Equal(error, await replica.SqlStateOfAsync(sql));
    }
}
