using Fever.Gateway.Retries;
using Fever.Gateway.Telemetry;
using Fever.Gateway.Versions;
using Yarp.ReverseProxy.Health;

namespace Fever.Gateway.Routing;

/// <summary>Forwards requests to the SearchApi replicas; the routes and the cluster are in <c>appsettings.json</c>.</summary>
internal static class ReverseProxyExtensions
{
    // How much of a response the gateway buffers for a slow client. A replica that sends a long one waits for a window
    // update a quarter as often as with the default of 64 KiB.
    private const int StreamWindow = 256 * 1024;

    public static void AddSearchProxy(this WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddServiceDiscoveryDestinationResolver()
            .ConfigureHttpClient((_, handler) => handler.InitialHttp2StreamWindowSize = StreamWindow)
            .AddMinimumVersion();
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, FirstFailurePolicy>();
        builder.Services.AddHealthChecks().AddCheck<ReplicasHealthCheck>("replicas");
        builder.Services.AddSingleton<GatewayMetrics>();
        builder.AddRetries();
    }

    public static void MapSearchProxy(this WebApplication app) => app.MapReverseProxy(proxy =>
    {
        // Outermost, so that load balancing and passive health checks apply to every attempt.
        proxy.UseMiddleware<RetryMiddleware>();
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    });
}
