using System.Net;
using Fever.ProviderSimulator.Catalogues;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Fever.Ingestor.Tests;

public sealed class SimulatorTests : IDisposable
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
    }

    [Theory]
    [InlineData("?answer=0")]
    [InlineData("?answer=4")]
    [InlineData("?plans=-1")]
    [InlineData("?plans=many")]
    [InlineData("?plans=1&zones=10001")]
    public async Task Bad_parameter_is_refused_in_the_envelope(string query)
    {
        using var response = await _simulator.CreateClient().GetAsync(new Uri($"/feed{query}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("{\"error\":{\"code\":\"bad_request\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public void Dispose() => _simulator.Dispose();

    private Task<string> GetAsync(string query) => _simulator.CreateClient().GetStringAsync(new Uri($"/feed{query}", UriKind.Relative));
}
