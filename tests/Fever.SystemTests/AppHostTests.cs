using System.Net;
using System.Net.Sockets;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.SystemTests;

/// <summary>The AppHost as a user starts it, from the command line.</summary>
[Collection(SharedApp.Name)]
public sealed class AppHostTests
{
    [Fact]
    public async Task AppHost_prints_every_address_and_stops_every_process_on_SIGTERM()
    {
        var port = FreePort();
        await using var appHost = Start(("GATEWAY_PORT", $"{port}"), ("PROVIDER_URL", "http://user:hunter2@127.0.0.1:9/feed?apikey=s3cr3t"), ("http_proxy", "http://127.0.0.1:9"));
        await appHost.SaysAsync("Stop       Ctrl+C");

        Assert.Contains("provider (http://127.0.0.1:9/feed)", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", appHost.Output, StringComparison.Ordinal);
        Assert.Contains($"http://localhost:{port}/search?starts_at=", appHost.Output, StringComparison.Ordinal);
        Assert.Matches($@"Operate +http://localhost:(?!{port}/)\d+/providers", appHost.Output);
        Assert.Contains(appHost.Data, appHost.Output, StringComparison.Ordinal);
        Assert.Matches(@"Dashboard +off \(DASHBOARD_PORT\)", appHost.Output);
        Assert.NotEmpty(Processes.Mentioning(appHost.Data));

        Assert.Equal(0, await appHost.EndAsync("TERM"));
        await appHost.NothingLeftAsync();
    }

    [Fact]
    public async Task Dashboard_listens_on_DASHBOARD_PORT_and_no_process_survives_when_the_AppHost_is_killed()
    {
        var port = FreePort();
        await using var appHost = Start(("DASHBOARD_PORT", $"{port}"));
        await appHost.SaysAsync("Stop       Ctrl+C");
        Assert.Matches($@"Dashboard +http://localhost:{port}\n", appHost.Output);
        Assert.Contains("""<meta name="aspire-version" """, await GetAsync($"http://localhost:{port}/"), StringComparison.Ordinal);
        Assert.NotEmpty(Processes.Mentioning(appHost.Data));

        await appHost.EndAsync("KILL");

        await appHost.NothingLeftAsync();
    }

    [Fact]
    public async Task AppHost_reports_each_bad_setting_and_port_in_use_in_a_line_and_starts_nothing()
    {
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        using var dashboard = new TcpListener(IPAddress.Loopback, 0);
        var (gatewayPort, dashboardPort) = (Listen(gateway), Listen(dashboard));

        await using var appHost = Start(("GATEWAY_PORT", $"{gatewayPort}"), ("DASHBOARD_PORT", $"{dashboardPort}"), ("SEARCH_REPLICAS", "many"));

        Assert.Equal(2, await appHost.ExitCodeAsync());
        Assert.Empty(appHost.Lines);
        Assert.Equal(
            [
                "SEARCH_REPLICAS is 'many'; accepted is a whole number from 1 to 16.",
                $"The gateway's port {gatewayPort} is in use. Stop the program that listens there, or set GATEWAY_PORT to another port.",
                $"The dashboard's port {dashboardPort} is in use. Stop the program that listens there, or set DASHBOARD_PORT to another port.",
            ],
            appHost.Errors);
        await appHost.NothingLeftAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(appHost.Data));
    }

    private static AppHostProcess Start(params (string Name, string Value)[] settings) =>
        new(typeof(Projects.Fever_AppHost).Assembly, [("GATEWAY_PORT", $"{FreePort()}"), .. settings]);

    private static async Task<string> GetAsync(string url)
    {
        using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        return await client.GetStringAsync(new Uri(url));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        return Listen(listener);
    }

    private static int Listen(TcpListener listener)
    {
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
