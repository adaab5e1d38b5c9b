using System.Net;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class BadRequestTests(Servers servers) : IAsyncLifetime
{
    private Replica _replica = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        // Over a real socket: Kestrel has limits of its own on what it reads.
        _replica = new Replica((await TestCatalog.CreateAsync(servers)).ConnectionString, servers.Redis);
        _replica.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _client = await _replica.ReadyAsync();
    }

    public async Task DisposeAsync() => await _replica.DisposeAsync();

    [Theory]
    [InlineData("starts_at=yesterday", "starts_at", "yesterday")]
    [InlineData("ends_at=2021-02-30T00:00:00Z", "ends_at", "2021-02-30T00:00:00Z")]
    [InlineData("starts_at=2021-02-30", "starts_at", "2021-02-30")]
    [InlineData("starts_at=", "starts_at", "empty")]
    [InlineData("ends_at", "ends_at", "empty")]
    [InlineData("starts_at=2021-01-01&starts_at=2021-01-02", "starts_at", "2 times (2021-01-01,2021-01-02)")]
    [InlineData("ends_at=2021-01-01&ends_at=2021-01-01", "ends_at", "2 times")]
    [InlineData("starts_at=2022-01-01T00:00:00Z&ends_at=2021-01-01T00:00:00Z", "starts_at (2022-01-01T00:00:00Z)", "ends_at (2021-01-01T00:00:00Z)")]
    [InlineData("starts_at=2021-01-02&ends_at=2021-01-01", "starts_at (2021-01-02)", "ends_at (2021-01-01)")]
    [InlineData("starts_at=2021-01-01T00:00:00.0000002Z&ends_at=2021-01-01T00:00:00Z&starts_at=x", "starts_at", "2 times")]
    [InlineData("starts_at=%00", "starts_at", "date-time")]
    [InlineData("starts_at=2021-01-01T00:00:0%00Z", "starts_at", "date-time")]
    public async Task Range_that_cannot_be_read_is_refused_naming_parameter_and_value(string query, string parameter, string shown)
    {
        var response = await _client.GetAsync($"/search?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("bad_request", await response.ErrorCodeAsync());
        var message = await response.ErrorMessageAsync();
        Assert.Contains(parameter, message, StringComparison.Ordinal);
        Assert.Contains(shown, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_kilobytes_of_rubbish_are_refused_and_shown_cut()
    {
        var response = await _client.GetAsync($"/search?starts_at={new string('x', 10_000)}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var message = await response.ErrorMessageAsync();
        Assert.Contains($"\"{new string('x', 100)}…\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_is_not_cached()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync("/search?starts_at=never")).StatusCode);

        var again = await _client.GetAsync("/search?starts_at=never");

        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.False(again.IsCached());
        Assert.Equal("no-store", again.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Parameters_that_mean_nothing_are_ignored() =>
        Assert.Empty(await _client.TitlesAsync("?page=nine&starts=x&starts_at=2021-01-01"));
}
