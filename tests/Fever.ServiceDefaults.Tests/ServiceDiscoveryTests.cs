using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fever.ServiceDefaults.Tests;

/// <summary>Every client of a service with the defaults finds other services by name; written against the real package's API.</summary>
public sealed class ServiceDiscoveryTests
{
    [Fact]
    public async Task A_service_name_is_replaced_by_its_endpoint_and_the_rest_of_the_address_stays()
    {
        var called = await CallAsync("http://catalog/feed/1?plans=2&zone=a%2Bb", 1, ("Services:catalog:http:0", "http://localhost:5001"));

        Assert.Equal(["http://localhost:5001/feed/1?plans=2&zone=a%2Bb"], called);
    }

    [Fact]
    public async Task Calls_take_turns_over_the_endpoints_of_a_service()
    {
        var called = await CallAsync("http://catalog/", 4, ("Services:catalog:http:0", "http://localhost:5001"), ("Services:catalog:http:1", "http://localhost:5002"));

        Assert.Equal(2, called.Count(address => address == "http://localhost:5001/"));
        Assert.Equal(2, called.Count(address => address == "http://localhost:5002/"));
    }

    [Theory]
    [InlineData("https+http://catalog/", "https://localhost:5443/")]
    [InlineData("http+https://catalog/", "http://localhost:5001/")]
    [InlineData("https://catalog/", "https://localhost:5443/")]
    public async Task Schemes_are_tried_in_the_order_given(string address, string expected)
    {
        var called = await CallAsync(address, 1, ("Services:catalog:http:0", "http://localhost:5001"), ("Services:catalog:https:0", "https://localhost:5443"));

        Assert.Equal([expected], called);
    }

    [Fact]
    public async Task A_scheme_without_an_endpoint_is_passed_over()
    {
        var called = await CallAsync("https+http://catalog/", 1, ("Services:catalog:http:0", "http://localhost:5001"));

        Assert.Equal(["http://localhost:5001/"], called);
    }

    [Fact]
    public async Task An_endpoint_is_found_by_its_name()
    {
        var called = await CallAsync("http://_admin.catalog/", 1, ("Services:catalog:http:0", "http://localhost:5001"), ("Services:catalog:admin:0", "http://localhost:5009"));

        Assert.Equal(["http://localhost:5009/"], called);
    }

    [Theory]
    [InlineData("http://feeds.example.com/feed.xml?page=1")]
    [InlineData("https://127.0.0.1:8443/feed")]
    public async Task A_host_that_is_not_configured_is_called_as_it_is(string address)
    {
        var called = await CallAsync(address, 1, ("Services:catalog:http:0", "http://localhost:5001"));

        Assert.Equal([address], called);
    }

    private static async Task<List<string>> CallAsync(string address, int times, params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(configuration.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.AddServiceDefaults();
        var network = new RecordingNetwork();
        builder.Services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => network);
        using var host = builder.Build();

        var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");
        for (var i = 0; i < times; i++)
        {
            (await client.GetAsync(new Uri(address))).Dispose();
        }

        return network.Called;
    }

    private sealed class RecordingNetwork : HttpMessageHandler
    {
        public List<string> Called { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Called.Add(request.RequestUri!.ToString());
            return Task.FromResult(new HttpResponseMessage());
        }
    }
}
