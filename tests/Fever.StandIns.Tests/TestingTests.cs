using Fever.Testing;

namespace Fever.StandIns.Tests;

public sealed class TestingTests
{
    [Fact]
    public async Task A_test_runs_what_the_entry_point_builds_and_leaves_nothing()
    {
        using var data = new TemporaryFolder();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Simulator>([$"--DATA_DIR={data.Path}", "--SIMULATOR_PORT=8000"], Apps.Patience);
        var app = await builder.BuildAsync();
        await app.StartAsync();
        var process = (await app.HealthyAsync("simulator")).ProcessId();
        Assert.NotEqual(8000, app.GetEndpoint("simulator").Port);
        // The entry point itself asks for a dashboard.
        Assert.Throws<ArgumentException>(() => app.GetEndpoint("dashboard"));

        await app.DisposeAsync();

        Assert.False(Processes.IsAlive(process));
    }

    [Fact]
    public async Task What_the_entry_point_throws_reaches_the_test()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => DistributedApplicationTestingBuilder.CreateAsync<Simulator>(["--FAIL=before build"]));

        Assert.Equal("The AppHost does not like these settings.", exception.Message);
    }
}
