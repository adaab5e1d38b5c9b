using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Fever.SystemTests;

[Collection(SharedApp.Name)]
public sealed class SearchTests(FeverApp fever)
{
    [Fact]
    public async Task Search_returns_every_event_that_was_ever_online_with_its_latest_values()
    {
        var events = await fever.LatestSamplesAsync();

        Assert.Equal(
            ["Pantomima Full", "Pantomima Full", "Camela en concierto", "Los Morancos"],
            events.Select(e => e.GetProperty("title").GetString()));
        Assert.Equal(
            ["""{"start_date":"2021-06-30","start_time":"21:00:00","end_date":"2021-06-30","end_time":"21:30:00","min_price":15,"max_price":30}""",
             """{"start_date":"2021-07-31","start_time":"20:00:00","end_date":"2021-07-31","end_time":"21:00:00","min_price":65,"max_price":75}"""],
            events[2..].Select(WithoutIdAndTitle));
    }

    [Fact]
    public async Task Event_that_was_only_ever_offline_is_never_returned()
    {
        await fever.LatestSamplesAsync();

        var events = await fever.SearchAsync("/search");

        Assert.Equal(4, events.Length);
        Assert.DoesNotContain(events, e => e.GetProperty("title").GetString()!.Contains("Valderrama", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("starts_at=yesterday", "starts_at")]
    [InlineData("starts_at=2021-02-30T00:00:00Z", "starts_at")]
    [InlineData("starts_at=", "starts_at")]
    [InlineData("ends_at=2021-01-01&ends_at=2021-01-02", "ends_at")]
    [InlineData("starts_at=2022-01-01T00:00:00Z&ends_at=2021-01-01T00:00:00Z", "starts_at")]
    public async Task Bad_query_gets_400_in_the_error_envelope(string query, string named)
    {
        using var response = await fever.Gateway.GetAsync($"/search?{query}");

        await AssertEnvelopeAsync(response, HttpStatusCode.BadRequest, "bad_request", named);
    }

    [Theory]
    [InlineData(5_000, HttpStatusCode.BadRequest, "bad_request", "starts_at")]
    [InlineData(33_000, HttpStatusCode.RequestUriTooLong, "target_too_long", "8192")]
    [InlineData(70_000, HttpStatusCode.RequestUriTooLong, "target_too_long", "8192")]
    public async Task Value_that_is_no_time_is_rejected_in_the_error_envelope_whatever_its_length(int length, HttpStatusCode status, string code, string named)
    {
        using var response = await fever.Gateway.GetAsync($"/search?starts_at={new string('x', length)}");

        await AssertEnvelopeAsync(response, status, code, named);
    }

    [Fact]
    public async Task Unknown_path_gets_404_in_the_error_envelope()
    {
        using var response = await fever.Gateway.GetAsync("/nothing/here");

        await AssertEnvelopeAsync(response, HttpStatusCode.NotFound, "not_found", "/nothing/here");
    }

    [Theory]
    [InlineData("starts_at=2021-06-30T23:00:00%2B02:00&ends_at=2021-06-30")]
    [InlineData("starts_at=2021-06-30T23:00:00+02:00&ends_at=2021-06-30")]
    [InlineData("starts_at=2021-06-30&ends_at=2021-06-30")]
    public async Task Offsets_in_either_spelling_and_bare_dates_select_the_same_event(string query)
    {
        await fever.LatestSamplesAsync();

        var found = Assert.Single(await fever.SearchAsync($"/search?{query}"));

        Assert.Equal("Camela en concierto", found.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Docs_page_and_its_OpenAPI_document_are_served_by_the_gateway()
    {
        Assert.Contains("swagger-ui", await fever.Gateway.GetStringAsync("/"), StringComparison.OrdinalIgnoreCase);

        var document = await fever.Gateway.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        Assert.True(document.GetProperty("paths").TryGetProperty("/search", out _));
        Assert.Equal("/", document.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    [Theory]
    [InlineData("h2c", 2, HttpVersionPolicy.RequestVersionExact)]
    [InlineData("http", 1, HttpVersionPolicy.RequestVersionOrLower)]
    public async Task Replica_speaks_HTTP_2_to_the_gateway_and_HTTP_1_to_everyone_else(string endpoint, int version, HttpVersionPolicy policy)
    {
        using var replica = fever.CreateClient("searchapi-1", endpoint);
        using var search = new HttpRequestMessage(HttpMethod.Get, FeverApp.AllSamples) { Version = HttpVersion.Version20, VersionPolicy = policy };

        using var response = await replica.SendAsync(search);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(version, response.Version.Major);
    }

    private static string WithoutIdAndTitle(JsonElement found)
    {
        var members = found.EnumerateObject().Where(member => member.Name is not ("id" or "title"));
        return $"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}"))}}}";
    }

    private static async Task AssertEnvelopeAsync(HttpResponseMessage response, HttpStatusCode status, string code, string messageNames)
    {
        Assert.Equal(status, response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(JsonValueKind.Null, body.GetProperty("data").ValueKind);
        Assert.Equal(code, body.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains(messageNames, body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
