using Fever.ServiceDefaults.Errors;
using Fever.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Fever.ServiceDefaults;

/// <summary>What every Fever service has: telemetry, health, service discovery and the error envelope.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Health checks with this tag decide <c>/alive</c>: does the process itself work?</summary>
    public const string LiveTag = "live";

    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";

    /// <param name="builder">Of the service.</param>
    /// <param name="isPublic">Whether anybody can call it: then a caller's <c>traceparent</c> does not decide what is sampled.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, bool isPublic = false)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddLogging();
        builder.AddTelemetry(trustCallers: !isPublic, untracedPaths: [HealthPath, AlivePath]);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Kestrel rejects an over-long request without a body, and over HTTP/2 ends the connection that the gateway's
            // clients share. What the gateway lets through fits in here: 8 KiB of target and 16 KiB of headers, of which
            // each character may take three bytes (percent-encoded or in UTF-8).
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = 64 * 1024;
        });
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (every check: may this replica take traffic?) and <c>/alive</c> (checks tagged
    /// <see cref="LiveTag"/>: should it be restarted?), and puts every error into the envelope.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseMiddleware<ErrorMiddleware>();
        MapHealth(app, HealthPath, _ => true);
        MapHealth(app, AlivePath, check => check.Tags.Contains(LiveTag));
        return app;
    }

    private static void MapHealth(IEndpointRouteBuilder app, string path, Func<HealthCheckRegistration, bool> predicate) =>
        app.MapHealthChecks(path, new HealthCheckOptions { Predicate = predicate });
}
