using Fever.Testing;

namespace Fever.StandIns.Tests;

public sealed class DashboardTests
{
    [DashboardFact]
    public async Task The_genuine_dashboard_shows_the_telemetry_of_the_resources()
    {
        // The number only turns it on: ports are random in tests.
        await using var app = await Apps.StartAsync(
            builder => builder.AddProject<Simulator>("simulator").WithHttpEndpoint().WithHttpHealthCheck("/health"),
            "--DASHBOARD_PORT=18888",
            "--ENVIRONMENT=Development");
        await app.HealthyAsync("dashboard");
        var variables = await Processes.EnvironmentOfAsync((await app.HealthyAsync("simulator")).ProcessId());
        Assert.Equal($"http://127.0.0.1:{app.GetEndpoint("dashboard", "otlp-grpc").Port}", variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("grpc", variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("1000", variables["OTEL_METRIC_EXPORT_INTERVAL"]);

        using var client = app.CreateHttpClient("dashboard");
        var patience = Apps.Patience;
        while (!(await client.GetStringAsync(new Uri("/api/telemetry/resources", UriKind.Relative), patience)).Contains("simulator", StringComparison.Ordinal))
        {
            await Task.Delay(100, patience);
        }
    }
}
