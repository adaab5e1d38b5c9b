using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fever.SystemTests;

/// <summary>The AppHost as its user meets it, from the command line.</summary>
[Collection(SharedApp.Name)]
public sealed class AppHostTests
{
    [Fact]
    public async Task The_AppHost_says_where_everything_is_and_stops_everything_when_asked()
    {
        using var appHost = new AppHostProcess(("PROVIDER_URL", "http://user:hunter2@127.0.0.1:9/feed?apikey=s3cr3t"), ("http_proxy", "http://127.0.0.1:9"));
        await appHost.WaitForLineAsync("Stop       Ctrl+C");

        Assert.Contains("http://127.0.0.1:9/feed, every", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", appHost.Output, StringComparison.Ordinal);
        Assert.Contains($"http://localhost:{appHost.GatewayPort}/search?starts_at=", appHost.Output, StringComparison.Ordinal);
        Assert.Contains(appHost.Data, appHost.Output, StringComparison.Ordinal);
        Assert.NotEmpty(Children.WithMarker(appHost.Data));

        using var term = Process.Start("kill", ["-TERM", $"{appHost.Pid}"]);
        await appHost.ExitAsync();

        Assert.Equal(0, appHost.ExitCode);
        await appHost.NothingLeftAsync();
    }

    [Fact]
    public async Task Nothing_is_left_running_when_the_AppHost_is_killed()
    {
        using var appHost = new AppHostProcess();
        await appHost.WaitForLineAsync("Stop       Ctrl+C");
        Assert.NotEmpty(Children.WithMarker(appHost.Data));

        Children.Kill(appHost.Pid);

        await appHost.NothingLeftAsync();
    }

    [Fact]
    public async Task A_port_in_use_is_named_and_nothing_is_left_running()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using var appHost = new AppHostProcess(("GATEWAY_PORT", $"{port}"));
        await appHost.ExitAsync();

        Assert.NotEqual(0, appHost.ExitCode);
        Assert.Contains($"{port}", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("gateway", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
        await appHost.NothingLeftAsync();
    }

    [Fact]
    public async Task A_port_asked_for_twice_and_a_data_folder_that_cannot_be_used_are_named()
    {
        using var twice = new AppHostProcess(("GATEWAY_PORT", "18999"), ("DASHBOARD_PORT", "18999"));
        using var nowhere = new AppHostProcess(("DATA_DIR", "/proc/nowhere"));
        await Task.WhenAll(twice.ExitAsync(), nowhere.ExitAsync());

        Assert.All([twice, nowhere], appHost =>
        {
            Assert.NotEqual(0, appHost.ExitCode);
            Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
        });
        Assert.Contains("/proc/nowhere", nowhere.Output, StringComparison.Ordinal);
        Assert.Contains("DATA_DIR", nowhere.Output, StringComparison.Ordinal);
        Assert.Contains("GATEWAY_PORT and DASHBOARD_PORT are both 18999", twice.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_bad_setting_is_named_with_what_is_accepted()
    {
        using var appHost = new AppHostProcess(("SEARCH_REPLICAS", "many"), ("PROVIDER_URL", "ftp://example.org"), ("PROVIDER_INTERVAL", "0"));
        await appHost.ExitAsync();

        Assert.Equal(2, appHost.ExitCode);
        Assert.Contains("SEARCH_REPLICAS is 'many'; accepted is a whole number from 1 to 16.", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("PROVIDER_URL is 'ftp://example.org'; accepted is", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("PROVIDER_INTERVAL is '0'; accepted is", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
    }
}
