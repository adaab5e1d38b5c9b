using System.Net;
using System.Text.Json;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests.Operations;

/// <summary>The document at <c>/openapi/v1.json</c>, against what is really answered.</summary>
[Collection(nameof(SharedServers))]
public sealed class OpenApiTests(Servers servers) : IAsyncLifetime
{
    private StubProvider _provider = null!;
    private StubProvider _broken = null!;
    private IngestorApp _ingestor = null!;
    private Operator _client = null!;
    private JsonElement _document;

    public async Task InitializeAsync()
    {
        _provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2", start: "never"));
        _broken = await StubProvider.StartAsync();
        _broken.ServeDocument("no feed");
        _ingestor = await IngestorApp.StartAsync(servers, _provider.Url, _broken.Url);
        _client = new Operator(_ingestor);
        using var http = _ingestor.CreateClient();
        _document = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _ingestor.DisposeAsync();
        await _broken.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public void Document_has_every_operation_with_its_parameters_and_names_no_port_of_ours()
    {
        Assert.StartsWith("3.0.", _document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal("""[{"url":"/"}]""", JsonSerializer.Serialize(_document.GetProperty("servers")));
        Assert.Equal(
            ["get /providers limit cursor", "post /providers/{name}/sync name", "get /syncs provider outcome limit cursor", "get /rejects provider limit cursor"],
            from path in _document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select $"{operation.Name} {path.Name} {string.Join(' ', operation.Value.GetProperty("parameters").EnumerateArray().Select(each => each.GetProperty("name")))}");
    }

    [Theory]
    [InlineData("get", "/providers", "/providers?limit=1", 200)]
    [InlineData("get", "/providers", "/providers", 200)]
    [InlineData("get", "/providers", "/providers?limit=0", 400)]
    [InlineData("get", "/syncs", "/syncs?limit=1", 200)]
    [InlineData("get", "/syncs", "/syncs", 200)]
    [InlineData("get", "/syncs", "/syncs?outcome=", 400)]
    [InlineData("get", "/rejects", "/rejects", 200)]
    [InlineData("get", "/rejects", "/rejects?cursor=", 400)]
    [InlineData("post", "/providers/{name}/sync", "/providers/p0/sync", 202)]
    [InlineData("post", "/providers/{name}/sync", "/providers/p9/sync", 404)]
    public async Task Answer_is_as_described(string method, string path, string address, int status)
    {
        var (answer, body) = await _client.AskAsync(new HttpMethod(method), address);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Check(body, Schema(method, path, status), "$");
    }

    [Fact]
    public async Task Limit_is_described_as_it_is_accepted()
    {
        foreach (var list in (string[])["providers", "syncs", "rejects"])
        {
            var parameters = _document.GetProperty("paths").GetProperty($"/{list}").GetProperty("get").GetProperty("parameters");
            var limit = parameters.EnumerateArray().Single(each => each.GetProperty("name").ValueEquals("limit")).GetProperty("schema");
            var (least, most) = (limit.GetProperty("minimum").GetInt32(), limit.GetProperty("maximum").GetInt32());

            await _client.GetAsync($"/{list}?limit={least}");
            await _client.GetAsync($"/{list}?limit={most}");
            await _client.FailAsync(HttpMethod.Get, $"/{list}?limit={least - 1}", HttpStatusCode.BadRequest, "bad_request");
            await _client.FailAsync(HttpMethod.Get, $"/{list}?limit={most + 1}", HttpStatusCode.BadRequest, "bad_request");
        }
    }

    [Fact]
    public async Task Every_outcome_that_is_described_is_accepted()
    {
        var parameters = _document.GetProperty("paths").GetProperty("/syncs").GetProperty("get").GetProperty("parameters");
        foreach (var outcome in parameters[1].GetProperty("schema").GetProperty("enum").EnumerateArray())
        {
            await _client.GetAsync($"/syncs?outcome={outcome}");
        }
    }

    private JsonElement Schema(string method, string path, int status) => _document.GetProperty("paths").GetProperty(path).GetProperty(method)
        .GetProperty("responses").GetProperty($"{status}").GetProperty("content").GetProperty("application/json").GetProperty("schema");

    /// <summary>All members that are described and no other, each of its type, format and set of words.</summary>
    private void Check(JsonElement value, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = _document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        if (value.ValueKind is JsonValueKind.Null)
        {
            Assert.True(schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean(), $"{at} is null");
            return;
        }

        var format = schema.TryGetProperty("format", out var name) ? name.GetString() : null;
        Assert.True(!schema.TryGetProperty("enum", out var words) || words.EnumerateArray().Any(word => word.ValueEquals(value.GetString())), $"{at} is {value}");
        switch ((schema.GetProperty("type").GetString(), format))
        {
            case ("object", _):
                var members = schema.GetProperty("properties").EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
                Assert.Equal(members.Keys, value.EnumerateObject().Select(member => member.Name));
                Assert.Equal(members.Keys, schema.GetProperty("required").EnumerateArray().Select(member => member.GetString()!));
                Assert.All(members, member => Check(value.GetProperty(member.Key), member.Value, $"{at}.{member.Key}"));
                break;
            case ("array", _):
                Assert.All(value.EnumerateArray(), item => Check(item, schema.GetProperty("items"), $"{at}[]"));
                break;
            case ("string", "date-time"):
                Assert.Equal(DateTimeKind.Utc, value.GetDateTime().Kind);
                break;
            case ("string", "uuid"):
                value.GetGuid();
                break;
            case ("string", null):
                Assert.Equal(JsonValueKind.String, value.ValueKind);
                break;
            case ("integer", "int32" or "int64"):
                value.GetInt64();
                break;
            case ("number", "double"):
                value.GetDouble();
                break;
            case ("boolean", _):
                value.GetBoolean();
                break;
            default:
                Assert.Fail($"{at}: {schema}");
                break;
        }
    }
}
