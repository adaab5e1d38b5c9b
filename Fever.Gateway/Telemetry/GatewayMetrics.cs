using System.Diagnostics.Metrics;
using Yarp.ReverseProxy.Forwarder;

namespace Fever.Gateway.Telemetry;

internal sealed class GatewayMetrics
{
    private readonly Counter<long> _retries;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Fever.Gateway");
        _retries = meter.CreateCounter<long>("fever.gateway.retries", "{retry}", "Requests forwarded again, to another replica.");
        _hits = meter.CreateCounter<long>("fever.gateway.cache.hits", "{request}", "Requests served from the micro-cache.");
        _misses = meter.CreateCounter<long>("fever.gateway.cache.misses", "{request}", "Repeated requests that were forwarded and whose response was stored.");
    }

    public void Retried(ForwarderError error) => _retries.Add(1, new KeyValuePair<string, object?>("error.type", error.ToString()));

    public void Hit() => _hits.Add(1);

    public void Missed() => _misses.Add(1);
}
