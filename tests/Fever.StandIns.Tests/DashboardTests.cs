using System.Net;
using Fever.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.StandIns.Tests;

public sealed class DashboardTests
{
    [Fact]
    public async Task The_genuine_dashboard_shows_the_telemetry_of_the_resources_to_whoever_has_the_key()
    {
        await using var app = await Apps.StartAsync(
            builder => builder.AddProject<Simulator>("simulator").WithHttpEndpoint().WithHttpHealthCheck("/health"),
            withDashboard: true,
            "--ENVIRONMENT=Development");
        using var client = app.CreateDashboardClient();
        using var stranger = app.CreateHttpClient("dashboard");
        var telemetry = new Uri("/api/telemetry/resources", UriKind.Relative);
        await app.HealthyAsync("dashboard");
        var variables = await Processes.EnvironmentOfAsync((await app.HealthyAsync("simulator")).ProcessId());
        Assert.Equal(app.GetEndpoint("dashboard", "otlp-grpc").Port, new Uri(variables["OTEL_EXPORTER_OTLP_ENDPOINT"]).Port);
        Assert.Equal("grpc", variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal($"x-otlp-api-key={app.Services.GetRequiredService<IConfiguration>()["AppHost:OtlpApiKey"]}", variables["OTEL_EXPORTER_OTLP_HEADERS"]);

        await Eventually.BecomesTrueAsync(async () => (await client.GetStringAsync(telemetry)).Contains("simulator", StringComparison.Ordinal));

        using var refused = await stranger.GetAsync(telemetry);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task The_dashboard_is_where_configuration_says_and_has_keys_that_nobody_else_knows()
    {
        using var dashboard = new IdleDashboard();
        var ports = Enumerable.Range(0, 3).Select(_ => FreePort()).ToList();
        await using var app = await Apps.StartAsync(
            builder => builder.AddExecutable("idle", "sleep", "/", "1000"),
            withDashboard: true,
            dashboard.Setting,
            "--DcpPublisher:RandomizePorts=false",
            $"--ASPNETCORE_URLS=http://localhost:{ports[0]}",
            $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:{ports[1]}",
            $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:{ports[2]}");
        await app.ResourceNotifications.WaitForResourceAsync("dashboard", KnownResourceStates.Running, Apps.Patience);
        app.ResourceNotifications.TryGetCurrentState("dashboard", out var resource);
        var variables = await Processes.EnvironmentOfAsync(resource!.ProcessId());
        var idle = await Processes.EnvironmentOfAsync((await app.HealthyAsync("idle")).ProcessId());

        Assert.Equal(ports, ((string[])["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"]).Select(name => new Uri(variables[name]).Port));
        Assert.All((string[])["RESOURCESERVICECLIENT", "OTLP", "API"], part => Assert.Equal("ApiKey", variables[$"DASHBOARD__{part}__AUTHMODE"]));
        string[] keys = [variables["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"], variables["DASHBOARD__OTLP__PRIMARYAPIKEY"], variables["DASHBOARD__API__PRIMARYAPIKEY"]];
        Assert.Equal(3, keys.Distinct().Count());
        Assert.All(keys, key => Assert.True(key.Length >= 32));
        Assert.DoesNotContain(idle.Values, value => value.Contains(keys[0], StringComparison.Ordinal) || value.Contains(keys[2], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_dashboard_the_application_says_so_and_runs()
    {
        await using var appHost = new AppHostProcess(
            typeof(SampleAppHost).Assembly, ("DASHBOARD_PORT", ""), ("DcpPublisher__DashboardPath", "/no/such/dashboard"));

        await appHost.SaysAsync("READY");

        Assert.Single(appHost.Lines, line => line == "The Aspire dashboard is not installed: running without it (`make setup` fetches it).");
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
