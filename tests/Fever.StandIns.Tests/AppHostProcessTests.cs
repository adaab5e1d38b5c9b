using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Fever.Testing;

namespace Fever.StandIns.Tests;

public sealed class AppHostProcessTests
{
    private static readonly Assembly Sample = typeof(SampleAppHost).Assembly;
    private static readonly string[] LastFirst = ["second", "first"];

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_stops_everything_last_first_and_leaves_nothing(string signal)
    {
        await using var appHost = new AppHostProcess(Sample, ("DASHBOARD_PORT", ""));
        await appHost.SaysAsync("READY");
        var children = Processes.DescendantsOf(appHost.Id);
        Assert.Contains(children, child => Processes.CommandLineOf(child).Contains("aspire-managed", StringComparison.Ordinal));

        Assert.Equal(0, await appHost.EndAsync(signal));

        Assert.NotEmpty(children);
        Assert.DoesNotContain(children, Processes.IsAlive);
        Assert.Equal(LastFirst, appHost.Lines.Where(line => line.EndsWith("| goodbye", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]));
        Assert.Contains(appHost.Lines, line => line.Contains("database system is shut down", StringComparison.Ordinal));
        Assert.DoesNotContain(appHost.Lines, line => line.StartsWith("dashboard ", StringComparison.Ordinal));
        Assert.Empty(appHost.Errors);
    }

    [Fact]
    public async Task Nothing_outlives_an_AppHost_killed_with_SIGKILL()
    {
        await using var appHost = new AppHostProcess(Sample);
        await appHost.SaysAsync("READY");
        var children = Processes.DescendantsOf(appHost.Id);

        await appHost.EndAsync("KILL");

        Assert.NotEmpty(children);
        await Processes.GoneAsync(children);
    }

    [Fact]
    public async Task Each_line_comes_after_the_name_of_its_resource_and_none_tells_a_secret()
    {
        await using var appHost = new AppHostProcess(Sample);
        await appHost.SaysAsync("READY");
        var password = await File.ReadAllTextAsync(Path.Combine(appHost.Data, "postgres", "password"));
        var commandLines = Processes.DescendantsOf(appHost.Id).Select(Processes.CommandLineOf).ToList();

        Assert.Contains(commandLines, line => line.Contains("GarnetServer", StringComparison.Ordinal) || line.Contains("-server", StringComparison.Ordinal));
        Assert.DoesNotContain(commandLines, line => line.Contains(password, StringComparison.Ordinal));
        await appHost.EndAsync("TERM");
        Assert.Contains("first     | hello", appHost.Lines);
        Assert.Contains("second    | hello", appHost.Lines);
        Assert.DoesNotContain(appHost.Lines, line => line.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await FailsAsync(
            $"simulator cannot start: its port {port} is in use. Stop the program that listens there, or give simulator another port, for example SIMULATOR_PORT={port + 1}.",
            ("SIMULATOR_PORT", $"{port}"));
    }

    [Fact]
    public Task A_missing_program_is_told_in_one_line() => FailsAsync(
        "second cannot start: there is no program 'no-such-program'. Install it, or give its full path.",
        ("PROGRAM", "no-such-program"));

    [Fact]
    public Task A_project_that_is_not_built_is_told_in_one_line() => FailsAsync(
        "unbuilt cannot start: /nowhere/Unbuilt.dll is missing. Build first: dotnet build.",
        ("FAIL", "unbuilt"));

    [Fact]
    public Task A_resource_that_never_gets_ready_stops_the_application() => FailsAsync(
        "crashing cannot start: it ended 5 times without having been ready, last with code 3. Its lines above say why.",
        ("FAIL", "crash"));

    private static async Task FailsAsync(string message, (string Name, string Value) setting)
    {
        await using var appHost = new AppHostProcess(Sample, setting);

        Assert.Equal(1, await appHost.ExitCodeAsync());

        Assert.Equal([message], appHost.Errors);
        Assert.DoesNotContain(appHost.Lines, line => line.Contains("   at ", StringComparison.Ordinal));
    }
}
