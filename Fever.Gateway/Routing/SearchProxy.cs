using Fever.Gateway.Retries;
using Fever.Gateway.Versions;
using Yarp.ReverseProxy.Health;

namespace Fever.Gateway.Routing;

/// <summary>The way to the SearchApi replicas; the routes and the cluster are in <c>appsettings.json</c>.</summary>
internal static class SearchProxy
{
    // What is held of an answer whose client is slow. A replica that sends a long one waits for word four times less
    // often than with the usual 64 KiB.
    private const int StreamWindow = 256 * 1024;

    public static void AddSearchProxy(this WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddServiceDiscoveryDestinationResolver()
            .ConfigureHttpClient((_, handler) => handler.InitialHttp2StreamWindowSize = StreamWindow)
            .AddCatalogFloor();
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, FirstFailurePolicy>();
        builder.Services.AddHealthChecks().AddCheck<ReplicasHealthCheck>("replicas");
        builder.Services.AddSingleton<GatewayMetrics>();
        builder.AddRetries();
    }

    public static void MapSearchProxy(this WebApplication app) => app.MapReverseProxy(proxy =>
    {
        // Outermost, so that every attempt is balanced and judged anew.
        proxy.UseMiddleware<RetryMiddleware>();
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    });
}
