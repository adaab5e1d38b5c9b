using Microsoft.Extensions.Diagnostics.HealthChecks;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Fever.Gateway.Forwarding;

/// <summary>The gateway is ready while the active probes reach a replica: without one it cannot serve a search.</summary>
internal sealed class ReplicasHealthCheck(IProxyStateLookup proxy) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var replicas = proxy.GetClusters().SelectMany(cluster => cluster.Destinations.Values).ToList();
        var reached = replicas.Count(replica => replica.Health.Active == DestinationHealth.Healthy);
        var description = $"{reached} of {replicas.Count} replicas can be reached";
        return Task.FromResult(reached > 0 ? HealthCheckResult.Healthy(description) : HealthCheckResult.Unhealthy(description));
    }
}
