using System.Net;
using System.Net.Sockets;
using Fever.Testing;

namespace Fever.SystemTests;

/// <summary>The AppHost as its user meets it, from the command line.</summary>
[Collection(SharedApp.Name)]
public sealed class AppHostTests
{
    [Fact]
    public async Task The_AppHost_says_where_everything_is_and_stops_everything_when_asked()
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
        Assert.NotEmpty(Processes.Mentioning(appHost.Data));

        Assert.Equal(0, await appHost.EndAsync("TERM"));
        await appHost.NothingLeftAsync();
    }

    [Fact]
    public async Task Nothing_is_left_running_when_the_AppHost_is_killed()
    {
        await using var appHost = Start();
        await appHost.SaysAsync("Stop       Ctrl+C");
        Assert.NotEmpty(Processes.Mentioning(appHost.Data));

        await appHost.EndAsync("KILL");

        await appHost.NothingLeftAsync();
    }

    [Fact]
    public async Task A_port_in_use_is_named_and_nothing_is_left_running()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var appHost = Start(("GATEWAY_PORT", $"{port}"));

        Assert.NotEqual(0, await appHost.ExitCodeAsync());
        Assert.Contains($"{port}", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("gateway", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
        await appHost.NothingLeftAsync();
    }

    [Fact]
    public async Task A_port_asked_for_twice_and_a_data_folder_that_cannot_be_used_are_named()
    {
        await using var twice = Start(("GATEWAY_PORT", "18999"), ("DASHBOARD_PORT", "18999"));
        await using var nowhere = Start(("DATA_DIR", "/proc/nowhere"));

        foreach (var appHost in (AppHostProcess[])[twice, nowhere])
        {
            Assert.NotEqual(0, await appHost.ExitCodeAsync());
            Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
        }

        Assert.Contains("/proc/nowhere", nowhere.Output, StringComparison.Ordinal);
        Assert.Contains("DATA_DIR", nowhere.Output, StringComparison.Ordinal);
        Assert.Contains("GATEWAY_PORT and DASHBOARD_PORT are both 18999", twice.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_bad_setting_is_named_with_what_is_accepted()
    {
        await using var appHost = Start(("SEARCH_REPLICAS", "many"), ("PROVIDER_URL", "ftp://example.org"), ("PROVIDER_INTERVAL", "0"));

        Assert.Equal(2, await appHost.ExitCodeAsync());
        Assert.Contains("SEARCH_REPLICAS is 'many'; accepted is a whole number from 1 to 16.", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("PROVIDER_URL is 'ftp://example.org'; accepted is", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("PROVIDER_INTERVAL is '0'; accepted is", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
    }

    private static AppHostProcess Start(params (string Name, string Value)[] settings) =>
        new(typeof(Projects.Fever_AppHost).Assembly, [("GATEWAY_PORT", $"{FreePort()}"), .. settings]);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
