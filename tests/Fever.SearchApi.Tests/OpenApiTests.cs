using System.Text.Json;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>The facts of the owner's contract, restated, against the document the service publishes.</summary>
[Collection(nameof(Servers))]
public sealed class OpenApiTests(Servers servers) : IAsyncLifetime
{
    private const string Error = "error: {code: string!, message: string!}!, data: object?!";

    private JsonElement _document;

    public async Task InitializeAsync()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        _document = JsonSerializer.Deserialize<JsonElement>(await replica.CreateClient().GetStringAsync("/openapi/v1.json"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void Document_has_both_operations_a_licence_no_security_and_no_port_of_ours()
    {
        Assert.StartsWith("3.0.", _document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal("Fever Providers API 1.0.0", $"{At("info", "title")} {At("info", "version")}");
        Assert.Equal("""[{"url":"/"}]""", JsonSerializer.Serialize(_document.GetProperty("servers")));
        Assert.Equal("""{"name":"MIT","url":"https://opensource.org/license/mit"}""", JsonSerializer.Serialize(At("info", "license")));
        Assert.Equal("[{}]", JsonSerializer.Serialize(_document.GetProperty("security")));
        Assert.NotEmpty(Assert.Single(_document.GetProperty("tags").EnumerateArray()).GetProperty("description").GetString()!);
        Assert.Equal(["/search", "/events/{id}"], Names(At("paths")));
        Assert.Equal(["get"], Names(At("paths", "/events/{id}")));
        Assert.Equal(["get"], Names(At("paths", "/search")));
        Assert.Equal("searchEvents", At("paths", "/search", "get", "operationId").GetString());
    }

    [Theory]
    [InlineData(0, "starts_at", "2017-07-21T17:32:28Z")]
    [InlineData(1, "ends_at", "2021-07-21T17:32:28Z")]
    public void Both_bounds_are_optional_date_times_with_an_example(int index, string name, string example)
    {
        var parameter = At("paths", "/search", "get", "parameters")[index];

        Assert.Equal(name, parameter.GetProperty("name").GetString());
        Assert.Equal("query", parameter.GetProperty("in").GetString());
        Assert.False(parameter.TryGetProperty("required", out var required) && required.GetBoolean());
        Assert.Equal("string date-time", Shape(parameter.GetProperty("schema")));
        Assert.Equal(example, parameter.GetProperty("example").GetString());
        Assert.NotEmpty(parameter.GetProperty("description").GetString()!);
    }

    [Fact]
    public void Pages_are_asked_for_with_limit_and_cursor() =>
        Assert.Equal("""{"maximum":1000,"minimum":1,"type":"integer","format":"int32"}""", JsonSerializer.Serialize(At("paths", "/search", "get", "parameters")[2].GetProperty("schema")));

    [Theory]
    [InlineData("/search", "starts_at", "ends_at", "limit", "cursor", "If-Modified-Since", "If-None-Match", "If-Match")]
    [InlineData("/events/{id}", "id", "If-None-Match", "If-Match")]
    public void Operation_has_these_parameters_and_no_other(string path, params string[] names)
    {
        var parameters = At("paths", path, "get", "parameters").EnumerateArray().ToList();

        Assert.Equal(names, parameters.Select(parameter => parameter.GetProperty("name").GetString()));
        Assert.All(parameters, parameter => Assert.NotEmpty(parameter.GetProperty("description").GetString()!));
    }

    [Theory]
    [InlineData("/search", "200", "304", "400", "405", "412", "414", "431", "500", "502", "503", "504")]
    [InlineData("/events/{id}", "200", "304", "400", "404", "405", "412", "414", "431", "500", "502", "503", "504")]
    public void Operation_has_these_responses_and_no_other(string path, params string[] statuses) =>
        Assert.Equal(statuses, Names(At("paths", path, "get", "responses")).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("200", "ETag", "Last-Modified", "Vary", "Catalog-Version", "Age", "Cache-Status", "Link")]
    [InlineData("304", "ETag", "Last-Modified", "Vary", "Catalog-Version")]
    [InlineData("405", "Allow")]
    [InlineData("502", "Retry-After")]
    [InlineData("503", "Retry-After")]
    [InlineData("504", "Retry-After")]
    public void Response_has_these_headers(string status, params string[] names) =>
        Assert.Equal(names, Names(At("paths", "/search", "get", "responses", status, "headers")));

    [Fact]
    public void One_event_is_described_like_a_search()
    {
        var operation = At("paths", "/events/{id}", "get");

        Assert.Equal("string uuid", Shape(operation.GetProperty("parameters")[0].GetProperty("schema")));
        Assert.Equal(
            Shape(At("paths", "/search", "get", "responses", "200", "content", "application/json", "schema")),
            Shape(operation.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema")));
    }

    [Theory]
    [InlineData("200", "{data: {events: [{id: string uuid!, title: string!, start_date: string date!, start_time: string time?!, end_date: string date?!, end_time: string time?!, min_price: number?!, max_price: number?!}]!}!, error: object?!}")]
    [InlineData("400", $"{{{Error}}}")]
    [InlineData("405", $"{{{Error}}}")]
    [InlineData("412", $"{{{Error}}}")]
    [InlineData("414", $"{{{Error}}}")]
    [InlineData("431", $"{{{Error}}}")]
    [InlineData("500", $"{{{Error}}}")]
    [InlineData("502", $"{{{Error}}}")]
    [InlineData("503", $"{{{Error}}}")]
    [InlineData("504", $"{{{Error}}}")]
    public void Response_has_the_members_formats_and_nulls_of_the_contract(string status, string shape)
    {
        var response = At("paths", "/search", "get", "responses", status);

        Assert.NotEmpty(response.GetProperty("description").GetString()!);
        Assert.Equal(["application/json"], Names(response.GetProperty("content")));
        Assert.Equal(shape, Shape(response.GetProperty("content").GetProperty("application/json").GetProperty("schema")));
    }

    /// <summary>A schema in one line: <c>?</c> is nullable, <c>!</c> is required.</summary>
    private string Shape(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Shape(At("components", "schemas", reference.GetString()!.Split('/')[^1]));
        }

        var shape = schema.GetProperty("type").GetString() switch
        {
            "object" when schema.TryGetProperty("properties", out var members) => $"{{{string.Join(", ", members.EnumerateObject().Select(Member))}}}",
            "array" => $"[{Shape(schema.GetProperty("items"))}]",
            var type when schema.TryGetProperty("format", out var format) => $"{type} {format}",
            var type => type,
        };
        return schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean() ? $"{shape}?" : shape!;

        string Member(JsonProperty member) => $"{member.Name}: {Shape(member.Value)}{(IsRequired(member.Name) ? "!" : "")}";

        bool IsRequired(string name) =>
            schema.TryGetProperty("required", out var required) && required.EnumerateArray().Any(each => each.GetString() == name);
    }

    private JsonElement At(params string[] path) => path.Aggregate(_document, (element, name) => element.GetProperty(name));

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);
}
