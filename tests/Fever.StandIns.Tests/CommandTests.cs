using System.Net;

namespace Fever.StandIns.Tests;

public sealed class CommandTests(CommandTests.RunningApp running) : IClassFixture<CommandTests.RunningApp>
{
    private DistributedApplication App => running.App;

    [Fact]
    public async Task A_request_that_succeeds_is_a_command_that_does()
    {
        await App.HealthyAsync("answering");
        using var answers = new Answers(App.GetEndpoint("answering"), HttpStatusCode.Accepted);

        Assert.True((await App.CommandAsync("answering", "sync")).Success);

        Assert.Equal(["POST /sync"], answers.Requests);
    }

    [Fact]
    public async Task A_request_that_fails_is_a_command_that_does_and_says_why()
    {
        await App.HealthyAsync("answering");
        using var answers = new Answers(App.GetEndpoint("answering"), HttpStatusCode.InternalServerError);

        var result = await App.CommandAsync("answering", "sync");

        Assert.False(result.Success);
        Assert.Contains("InternalServerError", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_nothing_answers_is_a_command_that_fails_and_says_why()
    {
        await App.HealthyAsync("silent");

        var result = await App.CommandAsync("silent", "silent-http-http-post-/sync");

        Assert.False(result.Success);
        Assert.Contains("refused", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_to_a_resource_that_does_not_run_is_not_made()
    {
        await App.HealthyAsync("stopped");
        await App.CommandAsync("stopped", "stop");
        using var answers = new Answers(App.GetEndpoint("stopped"), HttpStatusCode.OK);

        Assert.False((await App.CommandAsync("stopped", "sync")).Success);

        Assert.Empty(answers.Requests);
    }

    [Fact]
    public async Task A_command_gets_its_resource_and_gives_its_result()
    {
        var result = await App.CommandAsync("silent", "echo");

        Assert.Equal((true, "silent", "{}"), (result.Success, result.Message, result.Data?.Value));
    }

    [Fact]
    public async Task A_command_that_throws_has_failed_with_the_exceptions_message()
    {
        var result = await App.CommandAsync("silent", "throw");

        Assert.Equal((false, "It hurts."), (result.Success, result.Message));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("hidden")]
    public async Task A_command_that_cannot_be_used_now_is_not_carried_out(string name)
    {
        var result = await App.CommandAsync("silent", name);

        Assert.False(result.Success);
        Assert.NotEmpty(result.Message!);
    }

    [Theory]
    [InlineData("silent", "no-such-command")]
    [InlineData("no-such-resource", "echo")]
    public async Task A_command_that_there_is_not_fails_with_a_message(string resource, string command)
    {
        var result = await App.CommandAsync(resource, command);

        Assert.False(result.Success);
        Assert.NotEmpty(result.Message!);
    }

    public sealed class RunningApp : IAsyncLifetime
    {
        public DistributedApplication App { get; private set; } = null!;

        public async Task InitializeAsync() => App = await Apps.StartAsync(builder =>
        {
            builder.AddExecutable("answering", "sleep", "/", "1000")
                .WithHttpEndpoint(isProxied: false)
                .WithHttpCommand("/sync", "Sync", commandName: "sync");
            builder.AddExecutable("stopped", "sleep", "/", "1000")
                .WithHttpEndpoint(isProxied: false)
                .WithHttpCommand("/sync", "Sync", commandName: "sync");
            builder.AddExecutable("silent", "sleep", "/", "1000")
                .WithHttpEndpoint(isProxied: false)
                .WithHttpCommand("/sync", "Sync")
                .WithCommand("echo", "Echo", context => Task.FromResult(CommandResults.Success(context.ResourceName, "{}", CommandResultFormat.Json, displayImmediately: false)))
                .WithCommand("throw", "Throw", _ => throw new InvalidOperationException("It hurts."))
                .WithCommand("disabled", "Disabled", MustNotRun, new() { UpdateState = _ => ResourceCommandState.Disabled })
                .WithCommand("hidden", "Hidden", MustNotRun, new() { UpdateState = _ => ResourceCommandState.Hidden });
        });

        public async Task DisposeAsync() => await App.DisposeAsync();

        private static Task<ExecuteCommandResult> MustNotRun(ExecuteCommandContext context) => Task.FromResult(CommandResults.Success());
    }
}
