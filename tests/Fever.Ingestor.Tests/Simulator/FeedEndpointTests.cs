using System.Net;
using Fever.ProviderSimulator.Catalogues;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Fever.Ingestor.Tests.Simulator;

public sealed class FeedEndpointTests : IDisposable
{
    private readonly WebApplicationFactory<BasePlan> _simulator = new();

    [Fact]
    public async Task Feed_gives_the_sample_answers_in_turn_and_stays_with_the_last()
    {
        var expected = new[] { await GetAsync("?answer=1"), await GetAsync("?answer=2"), await GetAsync("?answer=3"), await GetAsync("?answer=3") };

        var inTurn = new[] { await GetAsync(""), await GetAsync(""), await GetAsync(""), await GetAsync("") };

        Assert.Equal(expected, inTurn);
        Assert.Contains("Pantomima Full", inTurn[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Pantomima Full", inTurn[1], StringComparison.Ordinal);
        Assert.Contains("2021-09-31", inTurn[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synthetic_catalogue_is_the_same_for_the_same_seed_alone()
    {
        var catalogue = await GetAsync("?plans=50&zones=5&seed=7");

        Assert.Equal(catalogue, await GetAsync("?plans=50&zones=5&seed=7"));
        Assert.NotEqual(catalogue, await GetAsync("?plans=50&zones=5&seed=8"));
        Assert.Equal(50, catalogue.Split("<plan ").Length - 1);
        Assert.Contains("zone_id=\"5\"", catalogue, StringComparison.Ordinal);
        Assert.DoesNotContain("zone_id=\"6\"", catalogue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_of_the_switches_names_each_of_them_and_no_other()
    {
        using var response = await _simulator.CreateClient().GetAsync(new Uri("/feed?none=1", UriKind.Relative));
        var accepted = (await response.Content.ReadAsStringAsync()).Split("accepted are ")[1].Split('.')[0].Split(", ");
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Fever.sln")))
        {
            root = root.Parent!;
        }

        var rows = File.ReadLines(Path.Combine(root.FullName, "tests/Fever.ProviderSimulator/README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var named = rows.SelectMany(row => row.Split(" | ")[0].Split('`').Where(part => part.Contains('=', StringComparison.Ordinal)).Select(part => part.Split('=')[0]));

        Assert.Equal(accepted.Order(), named.Distinct().Order());
    }

    [Theory]
    [InlineData("answer=0", "answer is '0'; accepted is a number from 1 to 3.")]
    [InlineData("answer=4", "answer is '4'; accepted is a number from 1 to 3.")]
    [InlineData("plans=-1", "plans is '-1'; accepted is a number from 0 to 1000000.")]
    [InlineData("plans=many", "plans is 'many'; accepted is a number from 0 to 1000000.")]
    [InlineData("plans=1&plans=2", "plans is '1,2'; accepted is a number from 0 to 1000000, once.")]
    [InlineData("price=1&price=2", "price is '1,2'; accepted is any text, once.")]
    [InlineData("plans=1&zones=10001", "zones is '10001'; accepted is a number from 0 to 10000.")]
    [InlineData("format=csv", "format is 'csv'; accepted is xml or ndjson.")]
    [InlineData("every=0", "every is '0'; accepted is a number from 1 to 2147483647.")]
    [InlineData("changed=", "changed is ''; accepted is a number from 1 to 2147483647.")]
    [InlineData("hang=later", "hang is 'later'; accepted is headers, or bytes of the body from 0.")]
    [InlineData("reset=-1", "reset is '-1'; accepted is headers, or bytes of the body from 0.")]
    [InlineData("rate=0", "rate is '0'; accepted is bytes a second from 1 to 1073741824.")]
    [InlineData("status=100", "status is '100'; accepted is a final status from 200 to 599.")]
    [InlineData("retry-after=1%0D%0AX:1", "retry-after is '1\\r\\nX:1'; accepted is seconds or a date, or anything else in printable ASCII.")]
    [InlineData("redirect=%C3%B1", "redirect is 'ñ'; accepted is self, private or any other target in printable ASCII.")]
    [InlineData("modified=yesterday", "modified is 'yesterday'; accepted is a date such as 2021-06-30 or 2021-06-30T21:00:00Z.")]
    [InlineData("entity=nothing", "entity is 'nothing'; accepted is an absolute URI, with format=xml.")]
    [InlineData("format=ndjson&entity=file:///etc/passwd", "entity is 'file:///etc/passwd'; accepted is an absolute URI, with format=xml.")]
    [InlineData("laughs=on&format=ndjson", "laughs is 'on'; accepted is on, with format=xml.")]
    [InlineData("declared=%22", "declared is '\\\"'; accepted is the name of an encoding, with format=xml.")]
    [InlineData("missing=everything", "missing is 'everything'; accepted is base_plan_id or sell_mode or ")]
    [InlineData("explode=on", "'explode' is not a parameter of the feed; accepted are format, answer, plans, ")]
    public async Task Bad_parameter_is_refused_with_what_is_accepted(string query, string message)
    {
        using var response = await _simulator.CreateClient().GetAsync(new Uri($"/feed?{query}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith($"{{\"error\":{{\"code\":\"bad_request\",\"message\":\"{message}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_query_has_nothing_of_what_its_good_parameters_prepared()
    {
        using var response = await _simulator.CreateClient().GetAsync(new Uri("/feed?coding=gzip&retry-after=1&max-age=x", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Null(response.Headers.RetryAfter);
    }

    public void Dispose() => _simulator.Dispose();

    private Task<string> GetAsync(string query) => _simulator.CreateClient().GetStringAsync(new Uri($"/feed{query}", UriKind.Relative));
}
