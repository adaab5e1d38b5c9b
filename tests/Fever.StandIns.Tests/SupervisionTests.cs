using System.Net;
using Fever.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fever.StandIns.Tests;

public sealed class SupervisionTests
{
    [Fact]
    public async Task A_dependent_starts_only_when_what_it_waits_for_is_healthy()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        var simulator = builder.AddProject<Simulator>("simulator").WithHttpEndpoint().WithHttpHealthCheck("/health");
        builder.AddExecutable("dependent", "true", "/").WaitFor(simulator);
        await using var app = await builder.BuildAsync();
        var first = app.ResourceNotifications.WatchAsync(Apps.Patience).FirstAsync(change =>
            change.Resource.Name == "dependent" ? change.Snapshot.State?.Text == KnownResourceStates.Starting : change.Snapshot.HealthStatus == HealthStatus.Healthy);

        await app.StartAsync();

        Assert.Equal("simulator", (await first).Resource.Name);
        await app.FinishedAsync("dependent");
    }

    [Fact]
    public async Task A_resource_is_healthy_when_the_path_of_its_endpoint_answers_with_the_status_code()
    {
        await using var app = await Apps.StartAsync(builder => builder.AddExecutable("checked", "sleep", "/", "1000")
            .WithHttpEndpoint(isProxied: false)
            .WithHttpEndpoint(name: "admin", isProxied: false)
            .WithHttpHealthCheck("/ready", 204, "admin"));
        using var elsewhere = new Answers(app.GetEndpoint("checked"), HttpStatusCode.NoContent);
        using var answers = new Answers(app.GetEndpoint("checked", "admin"), HttpStatusCode.OK);
        await Eventually.BecomesTrueAsync(() => answers.Requests.Count > 1);
        var unhealthy = await app.ResourceNotifications.WaitForResourceAsync("checked", resource => resource.Snapshot.HealthStatus == HealthStatus.Unhealthy, Apps.Patience);

        answers.Status = HttpStatusCode.NoContent;
        var healthy = await app.HealthyAsync("checked");

        Assert.Equal(unhealthy.ProcessId(), healthy.ProcessId());
        Assert.Empty(elsewhere.Requests);
        Assert.All(answers.Requests, request => Assert.Equal("GET /ready", request));
    }

    [Fact]
    public async Task A_resource_without_a_check_is_healthy_when_it_runs()
    {
        await using var app = await Apps.StartAsync(builder => builder.AddExecutable("unchecked", "sleep", "/", "1000").WithHttpEndpoint(isProxied: false));

        Assert.Equal(KnownResourceStates.Running, (await app.HealthyAsync("unchecked")).Snapshot.State?.Text);
    }

    [Fact]
    public async Task A_killed_project_refuses_connections_and_comes_back_under_its_address()
    {
        await using var app = await Apps.StartAsync(builder => builder.AddProject<Simulator>("simulator").WithHttpEndpoint(isProxied: false).WithHttpHealthCheck("/health"));
        var process = (await app.HealthyAsync("simulator")).ProcessId();
        using var client = app.CreateHttpClient("simulator");

        Processes.Signal(process, "KILL");
        await app.ResourceNotifications.WaitForResourceAsync("simulator", KnownResourceStates.Exited, Apps.Patience);

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("/health", UriKind.Relative)));
        Assert.Equal(HttpRequestError.ConnectionError, exception.HttpRequestError);
        await app.HealthyAgainAsync("simulator", process);
        using var response = await client.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_resource_that_dies_again_and_again_is_started_again_each_time()
    {
        using var folder = new TemporaryFolder();
        var lives = Path.Combine(folder.Path, "lives");
        await using var app = await Apps.StartAsync(builder => builder.AddExecutable("phoenix", "sh", "/", "-c", $"echo >> {lives}; [ $(wc -l < {lives}) -lt 3 ] && exit 7; exit 0"));

        await app.FinishedAsync("phoenix");
        Assert.Equal(3, File.ReadAllLines(lives).Length);
    }

    [Fact]
    public async Task What_a_resource_started_itself_is_ended_with_it()
    {
        using var folder = new TemporaryFolder();
        var left = Path.Combine(folder.Path, "left");
        await using var app = await Apps.StartAsync(builder => builder.AddExecutable("parent", "sh", "/", "-c", $"sleep 1000 & echo $! > {left}"));

        await app.FinishedAsync("parent");

        await Processes.GoneAsync([int.Parse(await File.ReadAllTextAsync(left))]);
    }

    [Fact]
    public async Task A_resource_that_does_not_stop_when_asked_is_ended()
    {
        using var folder = new TemporaryFolder();
        var trapped = Path.Combine(folder.Path, "trapped");
        await using var app = await Apps.StartAsync(builder => builder.AddExecutable("stubborn", "sh", "/", "-c", $"trap '' TERM; touch {trapped}; while :; do sleep 0.1; done"));
        var process = (await app.HealthyAsync("stubborn")).ProcessId();
        while (!File.Exists(trapped))
        {
            await Task.Delay(20, Apps.Patience);
        }

        await app.StopAsync();

        Assert.False(Processes.IsAlive(process));
    }
}
