using System.Diagnostics.Metrics;
using Yarp.ReverseProxy.Forwarder;

namespace Fever.Gateway;

internal sealed class GatewayMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _retries = meters.Create("Fever.Gateway")
        .CreateCounter<long>("fever.gateway.retries", "{retry}", "Requests forwarded again, to another replica.");

    public void Retried(ForwarderError error) => _retries.Add(1, new KeyValuePair<string, object?>("error.type", error.ToString()));
}
