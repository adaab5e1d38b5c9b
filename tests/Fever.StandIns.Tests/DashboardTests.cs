using Fever.Testing;

namespace Fever.StandIns.Tests;

public sealed class DashboardTests
{
    [Fact]
    public async Task The_genuine_dashboard_shows_the_telemetry_of_the_resources()
    {
        await using var app = await Apps.StartAsync(
            builder => builder.AddProject<Simulator>("simulator").WithHttpEndpoint().WithHttpHealthCheck("/health"),
            withDashboard: true,
            "--ENVIRONMENT=Development");
        using var client = app.CreateDashboardClient();
        await app.HealthyAsync("dashboard");
        var variables = await Processes.EnvironmentOfAsync((await app.HealthyAsync("simulator")).ProcessId());
        Assert.Equal($"http://127.0.0.1:{app.GetEndpoint("dashboard", "otlp-grpc").Port}", variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("grpc", variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("1000", variables["OTEL_METRIC_EXPORT_INTERVAL"]);

        await Eventually.BecomesTrueAsync(async () =>
            (await client.GetStringAsync(new Uri("/api/telemetry/resources", UriKind.Relative))).Contains("simulator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_dashboard_the_application_says_so_and_runs()
    {
        await using var appHost = new AppHostProcess(
            typeof(SampleAppHost).Assembly, ("DASHBOARD_PORT", ""), ("DcpPublisher__DashboardPath", "/no/such/dashboard"));

        await appHost.SaysAsync("READY");

        Assert.Single(appHost.Lines, line => line == "The Aspire dashboard is not installed: running without it (`make setup` fetches it).");
    }
}
