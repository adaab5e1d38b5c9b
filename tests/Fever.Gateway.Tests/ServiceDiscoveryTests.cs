using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Fever.Gateway.Tests;

/// <summary>Written against the real package's API.</summary>
public sealed class ServiceDiscoveryTests
{
    [Fact]
    public async Task Each_endpoint_of_a_service_is_a_destination_of_its_own()
    {
        var destinations = await ResolveAsync(
            new DestinationConfig { Address = "http://searchapi/base" },
            ("Services:searchapi:http:0", "http://localhost:5001"),
            ("Services:searchapi:http:1", "http://localhost:5002"));

        Assert.Equal(["search[http://localhost:5001/]", "search[http://localhost:5002/]"], destinations.Keys.Order());
        Assert.Equal(["http://localhost:5001/base", "http://localhost:5002/base"], destinations.Values.Select(destination => destination.Address).Order());
    }

    [Fact]
    public async Task A_destination_keeps_the_name_of_its_service_as_host_and_everything_else_it_had()
    {
        var metadata = new Dictionary<string, string> { ["zone"] = "north" };
        var destinations = await ResolveAsync(
            new DestinationConfig { Address = "https+http://searchapi", Health = "http://searchapi:81/probe", Metadata = metadata },
            ("Services:searchapi:http:0", "http://localhost:5001"));

        var destination = Assert.Single(destinations.Values);
        Assert.Equal("searchapi", destination.Host);
        Assert.Equal("http://localhost:5001/probe", destination.Health);
        Assert.Same(metadata, destination.Metadata);
    }

    [Fact]
    public async Task A_host_that_is_set_explicitly_stays()
    {
        var destinations = await ResolveAsync(
            new DestinationConfig { Address = "http://searchapi", Host = "api.example" },
            ("Services:searchapi:http:0", "http://localhost:5001"));

        Assert.Equal("api.example", Assert.Single(destinations.Values).Host);
    }

    [Fact]
    public async Task An_address_that_names_no_service_stays()
    {
        var destinations = await ResolveAsync(new DestinationConfig { Address = "http://somewhere.example:8080/base" });

        Assert.Equal("http://somewhere.example:8080/base", Assert.Single(destinations.Values).Address);
    }

    private static async Task<IReadOnlyDictionary<string, DestinationConfig>> ResolveAsync(DestinationConfig destination, params (string Key, string Value)[] configuration)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            .Build());
        services.AddLogging().AddReverseProxy().AddServiceDiscoveryDestinationResolver();
        await using var provider = services.BuildServiceProvider();

        var resolver = provider.GetRequiredService<IDestinationResolver>();
        var resolved = await resolver.ResolveDestinationsAsync(new Dictionary<string, DestinationConfig> { ["search"] = destination }, CancellationToken.None);
        return resolved.Destinations;
    }
}
