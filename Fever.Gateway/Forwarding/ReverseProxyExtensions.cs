using Fever.Gateway.Retries;
using Fever.Gateway.Telemetry;
using Fever.Gateway.Versions;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Fever.Gateway.Forwarding;

/// <summary>Forwards requests to the SearchApi replicas; the routes and the cluster are in <c>appsettings.json</c>.</summary>
internal static class ReverseProxyExtensions
{
    public static void AddSearchProxy(this WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddServiceDiscoveryDestinationResolver()
            .AddTransforms(AllowRequestHeaders)
            .AddMinimumVersion();
        builder.Services.AddSingleton<IForwarderHttpClientFactory, ReplicaHttpClientFactory>();
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, FirstFailurePolicy>();
        builder.Services.AddHealthChecks().AddCheck<ReplicasHealthCheck>("replicas");
        builder.Services.AddSingleton<GatewayMetrics>();
        builder.Services.AddOptions<RetryOptions>().BindConfiguration("Retries").ValidateDataAnnotations().ValidateOnStart();
    }

    public static void MapSearchProxy(this WebApplication app) => app.MapReverseProxy(proxy =>
    {
        // Outermost, so that load balancing and passive health checks apply to every attempt.
        proxy.UseMiddleware<RetryMiddleware>();
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    });

    // Only what a response depends on. Trace context is not copied: the HTTP client sends that of its own span.
    private static void AllowRequestHeaders(TransformBuilderContext transforms)
    {
        transforms.UseDefaultForwarders = false;
        transforms.AddRequestHeadersAllowed(
            HeaderNames.AcceptEncoding, HeaderNames.IfMatch, HeaderNames.IfModifiedSince, HeaderNames.IfNoneMatch);
    }
}
