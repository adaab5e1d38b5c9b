using System.Net;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;

namespace Fever.Ingestor.Tests.Operations;

[Collection(nameof(SharedServers))]
public sealed class HostileParameterTests(Servers servers) : IAsyncLifetime
{
    private static readonly string Long = new('x', 10_240);

    private IngestorApp _ingestor = null!;
    private Operator _client = null!;

    public static TheoryData<string> BadCursors => new(
        "", "rubbish", "1", "_", "1_", "_1", "-1_1", "1_x", "1_1_1", "3155378976000000000_1", "1_9223372036854775808", "1_1&cursor=1_1",
        "1_00000000-0000-0000-0000-000000000000", "%00", "' OR 1=1 --", Long);

    public async Task InitializeAsync()
    {
        _ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), []);
        _client = new Operator(_ingestor);
        await _client.GetAsync("/providers");
        await _ingestor.RowsAsync("INSERT INTO providers (name) VALUES ('p0')");
    }

    public async Task DisposeAsync()
    {
        // Whatever was asked, the tables are all there.
        Assert.Empty((await _client.GetAsync("/syncs")).GetProperty("syncs").EnumerateArray());
        Assert.Empty((await _client.GetAsync("/rejects")).GetProperty("rejects").EnumerateArray());
        Assert.Single((await _client.GetAsync("/providers")).GetProperty("providers").EnumerateArray());
        _client.Dispose();
        await _ingestor.DisposeAsync();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1001")]
    [InlineData("99999999999999999999")]
    [InlineData("1.5")]
    [InlineData("%D9%A1")]
    [InlineData("")]
    [InlineData("1&limit=2")]
    [InlineData("100; DROP TABLE syncs")]
    public async Task Bad_limit_is_refused_wherever_it_is_given(string limit)
    {
        foreach (var list in (string[])["providers", "syncs", "rejects"])
        {
            var message = await BadRequestAsync($"/{list}?limit={limit}");
            Assert.Contains("limit is ", message, StringComparison.Ordinal);
            Assert.Contains("a whole number from 1 to 1000", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(BadCursors))]
    public async Task Bad_cursor_is_refused(string cursor) =>
        Assert.StartsWith("cursor is \"", await BadRequestAsync($"/rejects?cursor={cursor}"), StringComparison.Ordinal);

    [Fact]
    public async Task Cursor_of_another_list_is_refused()
    {
        await BadRequestAsync("/providers?cursor=1_1");
        await BadRequestAsync("/syncs?cursor=1_1");
        await BadRequestAsync("/syncs?cursor=p0");
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("failed,complete")]
    [InlineData("%00")]
    [InlineData("' OR '1'='1")]
    [InlineData("")]
    public async Task Unknown_outcome_is_refused_with_those_that_there_are(string outcome) =>
        Assert.Contains("it must be one of complete, unchanged, partial, empty, held, failed", await BadRequestAsync($"/syncs?outcome={outcome}"), StringComparison.Ordinal);

    [Fact]
    public async Task Value_is_quoted_but_not_in_all_its_length() =>
        Assert.Contains($"\"{Long[..100]}…\"", await BadRequestAsync($"/syncs?limit={Long}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("p0'; DROP TABLE syncs; --")]
    [InlineData("%ED%A0%80")]
    [InlineData("p%25")]
    [InlineData("LONG")]
    public async Task Name_that_no_provider_can_have_is_refused_by_the_lists_and_not_found_by_a_sync(string name)
    {
        name = name.Replace("LONG", Long, StringComparison.Ordinal);

        foreach (var list in (string[])["syncs", "rejects"])
        {
            Assert.Contains("it must be a provider's name: 1 to 50 lower-case letters", await BadRequestAsync($"/{list}?provider={name}"), StringComparison.Ordinal);
        }

        var message = await _client.FailAsync(HttpMethod.Post, $"/providers/{name}/sync", HttpStatusCode.NotFound, "not_found");
        Assert.EndsWith("there are p0.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%00")]
    [InlineData("p0%00")]
    [InlineData("p0&provider=p1")]
    public async Task Bad_name_is_refused(string name) =>
        Assert.StartsWith("provider is \"", await BadRequestAsync($"/rejects?provider={name}"), StringComparison.Ordinal);

    [Fact]
    public async Task Path_or_method_that_does_not_exist_is_refused_in_the_envelope()
    {
        await _client.FailAsync(HttpMethod.Get, "/providers/p0", HttpStatusCode.NotFound, "not_found");
        await _client.FailAsync(HttpMethod.Get, "/providers/p0/sync", HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        await _client.FailAsync(HttpMethod.Delete, "/rejects", HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }

    private Task<string> BadRequestAsync(string address) => _client.FailAsync(HttpMethod.Get, address, HttpStatusCode.BadRequest, "bad_request");
}
