using Fever.Testing;

namespace Fever.StandIns.Tests;

/// <summary>A running application with a bit of everything that a dashboard shows; where its dashboard would be, a program does nothing.</summary>
[CollectionDefinition(nameof(DashboardApp))]
public sealed class DashboardApp : IAsyncLifetime, ICollectionFixture<DashboardApp>
{
    private readonly IdleDashboard _dashboard = new();

    public DistributedApplication App { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var group = new Group("group");
        App = await Apps.StartAsync(builder => Describe(builder, builder.AddResource(group)), withDashboard: true, _dashboard.Setting);
        await App.ResourceNotifications.PublishUpdateAsync(group, snapshot => snapshot with { State = KnownResourceStates.Running });
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        _dashboard.Dispose();
    }

    private static void Describe(IDistributedApplicationBuilder builder, IResourceBuilder<Group> group)
    {
        var secret = builder.AddParameter("secret", "s3cret", secret: true);
        builder.AddParameter("setting", "plain");
        var talker = builder.AddExecutable("talker", "sh", "/", "-c", "echo hello; echo oops >&2; exec sleep 1000").WithEnvironment("SECRET", secret);
        builder.AddProject<Simulator>("simulator")
            .WithHttpEndpoint(isProxied: false)
            .WithHttpEndpoint(name: "admin", isProxied: false)
            .WithHttpHealthCheck("/health")
            .WaitFor(talker)
            .WithParentRelationship(group)
            .WithIconName("DocumentTable", IconVariant.Regular)
            .WithUrlForEndpoint("http", url => (url.DisplayText, url.Url) = ("Feed", "/feed?page=1"))
            .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { DisplayText = "Docs", Url = "https://example.org/docs" })
            .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { DisplayText = "Health", Url = "/health", DisplayLocation = UrlDisplayLocation.DetailsOnly })
            .WithUrlForEndpoint("admin", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
        builder.AddExecutable("worker", "sleep", "/", "1000")
            .WithCommand("report", "Report", _ => Task.FromResult(CommandResults.Success("Done.", "{}", CommandResultFormat.Json, displayImmediately: true)), new CommandOptions
            {
                Description = "Says how it goes.",
                ConfirmationMessage = "Really?",
                IconName = "Document",
                IconVariant = IconVariant.Filled,
                IsHighlighted = true,
            })
            .WithCommand("later", "Later", _ => Task.FromResult(CommandResults.Success()), new CommandOptions { UpdateState = _ => ResourceCommandState.Disabled });
        builder.AddExecutable("mortal", "sleep", "/", "1000");
        builder.AddExecutable("chatty", "sh", "/", "-c", "seq 1 25000; exec sleep 1000");
    }

    private sealed class Group(string name) : Resource(name), IResourceWithoutLifetime;
}

/// <summary>Is started in the dashboard's place, for tests that only need what it is given.</summary>
internal sealed class IdleDashboard : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public IdleDashboard()
    {
        var program = Path.Combine(_folder.Path, "dashboard");
        File.WriteAllText(program, "#!/bin/sh\nexec sleep 1000\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Setting = $"--DcpPublisher:DashboardPath={program}";
    }

    public string Setting { get; }

    public void Dispose() => _folder.Dispose();
}
