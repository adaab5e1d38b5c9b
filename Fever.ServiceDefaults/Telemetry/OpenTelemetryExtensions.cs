using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Fever.ServiceDefaults.Telemetry;

internal static class OpenTelemetryExtensions
{
    private const int MaxTracesPerSecond = 100;

    /// <summary>
    /// Traces, metrics and logs over OTLP, configured by the standard <c>OTEL_*</c> variables; without
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> nothing is exported. Uses the sources and meters built into .NET, except for
    /// the spans of requests. Requests start at most 100 traces a second, unless <c>OTEL_TRACES_SAMPLER</c> names a sampler
    /// that drops some: <c>traceidratio</c> samples the share of <c>OTEL_TRACES_SAMPLER_ARG</c>, by default all.
    /// </summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder, bool trustCallers, PathString[] untracedPaths)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime")
                .AddMeter("Fever.*")
                // Of the measurements for each outgoing call, only its duration is of use.
                .AddView("http.client.active_requests", MetricStreamConfiguration.Drop)
                .AddView("http.client.open_connections", MetricStreamConfiguration.Drop)
                .AddView("http.client.request.time_in_queue", MetricStreamConfiguration.Drop))
            .WithTracing(tracing => tracing
                .AddSource("Fever.*", "System.Net.Http")
                .AddProcessor<RootClientSpanFilter>());

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            // Without retries, a service that starts before its collector loses what it logs at its start.
            builder.Configuration["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] ??= "in_memory";
            telemetry.UseOtlpExporter();
        }

        // The first is OpenTelemetry's default, and Aspire sets the second for every project in development.
        var hasOwnSampler = builder.Configuration["OTEL_TRACES_SAMPLER"] is not (null or "" or "parentbased_always_on" or "always_on");
        builder.Services.AddSingleton<IStartupFilter>(services => new RequestTracingFilter(
            hasOwnSampler ? null : new TraceRateLimiter(MaxTracesPerSecond, services.GetService<TimeProvider>() ?? TimeProvider.System),
            trustCallers,
            untracedPaths));
    }
}
