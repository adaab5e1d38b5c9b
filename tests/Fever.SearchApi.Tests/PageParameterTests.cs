using System.Net;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class PageParameterTests(Servers servers) : IAsyncLifetime
{
    private Replica _replica = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        // Over a real socket: Kestrel checks the headers it sends.
        _replica = new Replica((await TestCatalog.CreateAsync(servers, "one", "two", "three")).ConnectionString, servers.Redis);
        _replica.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _client = await _replica.ReadyAsync();
    }

    public async Task DisposeAsync() => await _replica.DisposeAsync();

    [Theory]
    [InlineData("limit=0", "\"0\"")]
    [InlineData("limit=1001", "\"1001\"")]
    [InlineData("limit=-1", "\"-1\"")]
    [InlineData("limit=+1", "\" 1\"")]
    [InlineData("limit=1.0", "\"1.0\"")]
    [InlineData("limit=abc", "\"abc\"")]
    [InlineData("limit=%D9%A1", "\"١\"")]
    [InlineData("limit=99999999999", "\"99999999999\"")]
    [InlineData("limit=", "empty")]
    [InlineData("limit", "empty")]
    [InlineData("limit=1&limit=1", "2 times (1,1)")]
    [InlineData("limit=1&LIMIT=2", "2 times (1,2)")]
    public async Task Limit_that_is_none_is_refused_saying_what_is_accepted(string query, string shown) =>
        await RefusesAsync(query, "limit", shown, "a whole number from 1 to 1000");

    [Theory]
    [InlineData("cursor=", "empty")]
    [InlineData("cursor=abc", "\"abc\"")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAA")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAA")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%2B", "AAA+")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAA=")]
    [InlineData("cursor=AAAAAAAAAAAAAAAA%20AAAAAAAAAAAAAAA", "A A")]
    [InlineData("cursor=%20AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", " AAA")]
    [InlineData("cursor=________________________________", "____")]
    [InlineData("cursor=AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA", "AAAA")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "2 times")]
    public async Task Cursor_that_we_did_not_give_is_refused_saying_where_to_get_one(string query, string shown)
    {
        await RefusesAsync(query, "cursor", shown, "the cursor in the Link header of the previous page");
        await RefusesAsync($"limit=2&{query}", "cursor", shown, "the cursor in the Link header of the previous page");
    }

    [Theory]
    [InlineData("limit=1&utm_source=mail", "")]
    [InlineData("limit=1&a=%3E%3B%20rel%3D%22next%22%0D%0AX-Evil%3A%201", "")]
    [InlineData("LIMIT=1&STARTS_AT=2021-01-01", "starts_at=2021-01-01T00%3A00%3A00Z&")]
    [InlineData("limit=1&starts_at=2021-06-30T02:00:00%2B02:00", "starts_at=2021-06-30T00%3A00%3A00Z&")]
    [InlineData("limit=1&starts_at=2021-06-29T23:59:59.9999991Z&ends_at=2021-12-31", "starts_at=2021-06-30T00%3A00%3A00Z&ends_at=2021-12-31T23%3A59%3A59.999999Z&")]
    public async Task Link_to_the_next_page_has_what_was_understood_and_nothing_else(string query, string range)
    {
        var found = new List<Guid>();
        for (var next = $"/search?{query}"; next is not null;)
        {
            var page = await _client.GetAsync(next);
            found.AddRange(await page.EventIdsAsync());
            next = page.NextPage();
            Assert.True(next?.StartsWith($"/search?{range}limit=1&cursor=", StringComparison.Ordinal) ?? true, next);
        }

        Assert.Equal(await (await _client.GetAsync("/search")).EventIdsAsync(), found);
    }

    [Fact]
    public async Task Link_to_the_next_page_is_short_however_long_the_request_was()
    {
        var page = await _client.GetAsync($"/search?limit=1&x={new string('/', 24_000)}&starts_at=2021-01-01T00:00:00.{new string('0', 24_000)}Z");

        Assert.InRange(page.HeaderText("Link").Length, 1, 300);
    }

    [Fact]
    public async Task Without_a_limit_there_is_no_next_page() => Assert.Null((await _client.GetAsync("/search")).NextPage());

    private async Task RefusesAsync(string query, params string[] shown)
    {
        var response = await _client.GetAsync($"/search?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("bad_request", await response.ErrorCodeAsync());
        var message = await response.ErrorMessageAsync();
        Assert.All(shown, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
