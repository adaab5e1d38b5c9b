using Fever.Gateway.Retries;
using Fever.Gateway.Versions;
using Yarp.ReverseProxy.Health;

namespace Fever.Gateway.Routing;

/// <summary>The way to the SearchApi replicas; the routes and the cluster are in <c>appsettings.json</c>.</summary>
internal static class SearchProxy
{
    public static void AddSearchProxy(this WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddServiceDiscoveryDestinationResolver()
            .AddCatalogFloor();
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, FirstFailurePolicy>();
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
