using Microsoft.Extensions.ServiceDiscovery;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

public static class ServiceDiscoveryReverseProxyServiceCollectionExtensions
{
    public static IReverseProxyBuilder AddServiceDiscoveryDestinationResolver(this IReverseProxyBuilder builder)
    {
        builder.Services.AddServiceDiscovery().AddSingleton<IDestinationResolver, ServiceDiscoveryDestinationResolver>();
        return builder;
    }
}

/// <summary>Makes one YARP destination of each endpoint of the service that a configured destination names.</summary>
internal sealed class ServiceDiscoveryDestinationResolver(ConfiguredEndpoints endpoints) : IDestinationResolver
{
    public ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
    {
        var resolved = destinations.SelectMany(destination => Resolve(destination.Key, destination.Value)).ToDictionary();
        return new(new ResolvedDestinationCollection(resolved, changeToken: null));
    }

    private IEnumerable<(string Id, DestinationConfig Config)> Resolve(string id, DestinationConfig config)
    {
        var address = new Uri(config.Address);
        // What the client of a service calls it, not where it happens to run, is its virtual host.
        var host = string.IsNullOrEmpty(config.Host) ? address.Authority : config.Host;
        foreach (var endpoint in endpoints.Resolve(address))
        {
            var moved = new UriBuilder(address) { Scheme = endpoint.Scheme, Host = endpoint.Host, Port = endpoint.Port };
            var health = string.IsNullOrEmpty(config.Health) ? config.Health : new UriBuilder(config.Health) { Host = endpoint.Host, Port = endpoint.Port }.Uri.ToString();
            yield return ($"{id}[{endpoint}]", config with { Address = moved.Uri.ToString(), Host = host, Health = health });
        }
    }
}
