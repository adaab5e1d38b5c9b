using System.Collections.Concurrent;
using Fever.Testing;

namespace Fever.StandIns.Tests;

public sealed class LifecycleTests(LifecycleTests.RunningApp running) : IClassFixture<LifecycleTests.RunningApp>
{
    private DistributedApplication App => running.App;

    [Fact]
    public async Task A_resource_stops_starts_and_restarts_when_told_and_keeps_its_address()
    {
        var first = (await App.HealthyAsync("simulator")).ProcessId();
        var states = new ConcurrentQueue<string>();
        var watching = WatchAsync("simulator", states);
        var address = App.GetEndpoint("simulator");
        using var client = App.CreateHttpClient("simulator");

        Assert.True((await App.CommandAsync("simulator", "stop")).Success);
        Assert.False(Processes.IsAlive(first));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("/health", UriKind.Relative)));

        Assert.True((await App.CommandAsync("simulator", "start")).Success);
        var second = await App.HealthyAgainAsync("simulator", first);
        Assert.True((await App.CommandAsync("simulator", "restart")).Success);
        Assert.False(Processes.IsAlive(second));
        await App.HealthyAgainAsync("simulator", second);

        Assert.Equal(address, App.GetEndpoint("simulator"));
        using var response = await client.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode);
        await App.CommandAsync("simulator", "stop");
        await watching;
        Assert.Equal(
            ["Running", "Stopping", "Exited", "Starting", "Running", "Stopping", "Exited", "Starting", "Running", "Stopping", "Exited"],
            states.Where(state => state != KnownResourceStates.Waiting));
    }

    [Fact]
    public async Task A_stopped_resource_stays_so_while_one_that_dies_is_started_again()
    {
        await App.HealthyAsync("stopped");
        await App.CommandAsync("stopped", "stop");

        var before = (await App.HealthyAsync("phoenix")).ProcessId();
        Processes.Signal(before, "KILL");
        await App.HealthyAgainAsync("phoenix", before);

        Assert.Equal(KnownResourceStates.Exited, App.StateOf("stopped"));
    }

    [Fact]
    public async Task A_resource_started_twice_at_once_runs_once_and_stops_when_told()
    {
        await App.HealthyAsync("started");
        await App.CommandAsync("started", "stop");

        await Task.WhenAll(App.CommandOfAMomentAgoAsync("started", "start"), App.CommandOfAMomentAgoAsync("started", "start"));
        Assert.Single(Processes.Running("1000.1"));

        await StaysStoppedAsync("started", "1000.1");
    }

    [Fact]
    public async Task A_resource_restarted_twice_at_once_runs_once_and_stops_when_told()
    {
        await App.HealthyAsync("restarted");

        await Task.WhenAll(App.CommandOfAMomentAgoAsync("restarted", "restart"), App.CommandOfAMomentAgoAsync("restarted", "restart"));
        await App.HealthyAsync("restarted");
        Assert.Single(Processes.Running("1000.2"));

        await StaysStoppedAsync("restarted", "1000.2");
    }

    [Fact]
    public async Task A_resource_started_while_it_waits_to_be_started_again_runs_and_stops_when_told()
    {
        await App.ResourceNotifications.WaitForResourceAsync("crashing", KnownResourceStates.Exited, Apps.Patience);
        running.LetTheCrashingRun();

        await App.CommandOfAMomentAgoAsync("crashing", "start");

        Assert.Single(Processes.Running("1000.3"));
        await StaysStoppedAsync("crashing", "1000.3");
    }

    [Fact]
    public async Task Stopping_a_resource_that_has_ended_by_itself_does_nothing()
    {
        await App.FinishedAsync("done");

        await App.CommandOfAMomentAgoAsync("done", "stop");

        Assert.Equal(KnownResourceStates.Finished, App.StateOf("done"));
        Assert.False((await App.CommandAsync("done", "stop")).Success);
    }

    [Fact]
    public async Task A_resource_that_is_not_healthy_yet_can_be_stopped_and_what_waits_for_it_cannot()
    {
        await App.ResourceNotifications.WaitForResourceAsync("sick", KnownResourceStates.Running, Apps.Patience);

        Assert.Equal("Stop cannot be used: waiting is waiting.", (await App.CommandAsync("waiting", "stop")).Message);
        Assert.True((await App.CommandAsync("sick", "stop")).Success);

        Assert.Equal(KnownResourceStates.Exited, App.StateOf("sick"));
        Assert.Equal(KnownResourceStates.Waiting, App.StateOf("waiting"));
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("restart")]
    public async Task A_command_that_is_under_way_does_not_keep_the_application_from_stopping(string command)
    {
        const string Slow = "trap 'sleep 0.2; exit 0' TERM; while :; do sleep 0.05; done";
        await using var app = await Apps.StartAsync(builder => builder.AddExecutable("slow", "sh", "/", "-c", $"{Slow} # {command}-under-way"));
        await app.HealthyAsync("slow");

        var underWay = app.CommandAsync("slow", command);
        await app.StopAsync();
        await underWay;
        await app.CommandOfAMomentAgoAsync("slow", "start");

        Assert.Empty(Processes.Running($"{command}-under-way"));
    }

    private async Task StaysStoppedAsync(string name, string program)
    {
        await App.CommandOfAMomentAgoAsync(name, "stop");
        // Another resource's restart takes longer than one of this resource would, were it still wanted.
        await App.HealthyAsync("metronome");
        await App.CommandAsync("metronome", "restart");

        Assert.Equal(KnownResourceStates.Exited, App.StateOf(name));
        Assert.Empty(Processes.Running(program));
    }

    private async Task WatchAsync(string name, ConcurrentQueue<string> states)
    {
        await foreach (var change in App.ResourceNotifications.WatchAsync(Apps.Patience))
        {
            if (change.Resource.Name == name && change.Snapshot.State?.Text is { } state && state != states.LastOrDefault())
            {
                states.Enqueue(state);
                if (states.Count(each => each == KnownResourceStates.Exited) == 3)
                {
                    return;
                }
            }
        }
    }

    public sealed class RunningApp : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();

        public DistributedApplication App { get; private set; } = null!;

        private string Flag => Path.Combine(_folder.Path, "run");

        public void LetTheCrashingRun() => File.WriteAllText(Flag, "");

        public async Task InitializeAsync() => App = await Apps.StartAsync(builder =>
        {
            builder.AddProject<Simulator>("simulator").WithHttpEndpoint(isProxied: false).WithHttpHealthCheck("/health");
            foreach (var name in (string[])["stopped", "phoenix", "metronome"])
            {
                builder.AddExecutable(name, "sleep", "/", "1000");
            }

            builder.AddExecutable("started", "sleep", "/", "1000.1");
            builder.AddExecutable("restarted", "sleep", "/", "1000.2");
            builder.AddExecutable("crashing", "sh", "/", "-c", $"[ -e {Flag} ] && exec sleep 1000.3; sleep 0.1; exit 7");
            builder.AddExecutable("done", "true", "/");
            var sick = builder.AddExecutable("sick", "sleep", "/", "1000").WithHttpEndpoint(isProxied: false).WithHttpHealthCheck("/");
            builder.AddExecutable("waiting", "sleep", "/", "1000").WaitFor(sick);
        });

        public async Task DisposeAsync()
        {
            await App.DisposeAsync();
            _folder.Dispose();
        }
    }
}
