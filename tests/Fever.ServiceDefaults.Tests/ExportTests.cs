using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fever.ServiceDefaults.Tests;

public sealed partial class ExportTests
{
    [Fact]
    public async Task Traces_metrics_and_logs_reach_the_collector_that_the_standard_variables_name()
    {
        await using var collector = await Collector.StartAsync();
        var service = await TestService.StartAsync(
            app => app.MapGet("/things/{id}", (string id) => LogRequested(app.Logger, id)),
            builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_SERVICE_NAME"] = "things-service",
            }));

        await service.Client.GetAsync("/things/7");
        await service.DisposeAsync();

        Assert.Contains("GET /things/{id}", collector.Received("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("things-service", collector.Received("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", collector.Received("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("/things/{id}", collector.Received("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("Thing 7 was requested", collector.Received("/v1/logs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_reach_a_collector_that_is_not_ready_at_first()
    {
        await using var collector = await Collector.StartAsync(failures: 1);
        var service = await TestService.StartAsync(
            app => LogRequested(app.Logger, "7"),
            builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            }));

        await service.DisposeAsync();

        Assert.Contains("Thing 7 was requested", collector.Received("/v1/logs"), StringComparison.Ordinal);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Thing {Id} was requested")]
    private static partial void LogRequested(ILogger logger, string id);

    /// <summary>OTLP over HTTP; protobuf keeps strings as they are, so they can be looked for in the raw bytes.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, string> _bodies = new();
        private readonly ConcurrentDictionary<string, int> _failures = new();
        private readonly WebApplication _app;

        private Collector(WebApplication app, int failures)
        {
            _app = app;
            app.Run(async context =>
            {
                if (_failures.AddOrUpdate(context.Request.Path, 1, (_, count) => count + 1) <= failures)
                {
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    return;
                }

                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                _bodies.AddOrUpdate(context.Request.Path, Encoding.UTF8.GetString(body.ToArray()), (_, before) => before + Encoding.UTF8.GetString(body.ToArray()));
            });
        }

        public string Address => _app.Urls.Single();

        /// <param name="failures">How many requests for each path get a 503 first.</param>
        public static async Task<Collector> StartAsync(int failures = 0)
        {
            var builder = WebApplication.CreateBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var collector = new Collector(builder.Build(), failures);
            await collector._app.StartAsync();
            return collector;
        }

        public string Received(string path) => _bodies.GetValueOrDefault(path, "");

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
