using Fever.Gateway.Retries;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Fever.Gateway.Forwarding;

/// <summary>
/// Takes a replica out of rotation at its first failure, for the cluster's <c>ReactivationPeriod</c>; by then active
/// probes know whether it is back. A threshold would cost thousands of requests a retry each, or a timeout when the
/// replica hangs. Ejecting a replica too early is harmless: with no healthy replica left all are used.
/// </summary>
internal sealed class FirstFailurePolicy(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    private static readonly TimeSpan DefaultReactivationPeriod = TimeSpan.FromSeconds(2);

    public string Name => "FirstFailure";

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.GetReplicaError() is not null)
        {
            var period = cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? DefaultReactivationPeriod;
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, period);
        }
    }
}
