using System.Security.Cryptography;
using Aspire.Hosting.Dashboard;

namespace Aspire.Hosting.Running;

/// <summary>Starts every resource with the host, stops them, the last started first, with it, and holds what they share meanwhile.</summary>
internal sealed class AppRunner(
    IConfiguration configuration,
    IHostEnvironment environment,
    IHostApplicationLifetime lifetime,
    IHttpClientFactory clients,
    IServiceProvider services,
    IList<IResource> resources,
    ResourceNotificationService notifications,
    TimeProvider time) : IHostedService, IAsyncDisposable
{
    public const string HealthClient = "health";
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    private readonly List<ResourceRunner> _runners = [];
    private readonly Stack<Action> _atEnd = [];
    private long _stopBegun;
    private int _failures;

    /// <summary>What tells this run's resources from another's in the dashboard: <c>service.instance.id</c>.</summary>
    public string InstanceId { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);
    public bool HasFailed => _failures > 0;
    public string ApplicationName => environment.ApplicationName.Split(".AppHost")[0];
    public bool IsDevelopment => environment.IsDevelopment();
    public IList<IResource> Resources => resources;
    public ResourceNotificationService Notifications => notifications;
    public TimeProvider Time => time;
    public bool IsStopping => _stopBegun != 0;
    public ProcessLauncher Launcher { get; } = new();
    public ResourceLog Log { get; private set; } = new([]);
    public DashboardResource? Dashboard => resources.OfType<DashboardResource>().FirstOrDefault();

    /// <summary>Where data volumes lie, each in a folder of its own.</summary>
    public string DataFolder => Path.GetFullPath(configuration["DATA_DIR"] is { Length: > 0 } folder ? folder : Path.Combine(Tools.StandInsFolder, "../.data"));

    /// <summary>How long a process may take to stop: ten seconds; with the application four, and all together less than the host waits for.</summary>
    public TimeSpan StopPatience => TimeSpan.FromSeconds(!IsStopping ? 10 : Math.Clamp(9 - time.GetElapsedTime(_stopBegun).TotalSeconds, 0, 4));

    public HttpClient CreateHealthClient() => clients.CreateClient(HealthClient);

    /// <summary>Registers what is to be done once everything has stopped.</summary>
    public void AtEnd(Action action) => _atEnd.Push(action);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Tools.RequirePlatform();
        if (services.GetService<DashboardResource>() is { } dashboard && await dashboard.IsInstalledAsync(Launcher))
        {
            resources.Insert(0, dashboard);
        }

        Log = new([.. resources.OfType<IProcessResource>().Select(resource => resource.Name)]);
        Ports.Allocate(resources, configuration.GetValue("DcpPublisher:RandomizePorts", false));
        foreach (var resource in resources.OfType<IProcessResource>())
        {
            await resource.PrepareAsync(this);
        }

        foreach (var resource in resources.OfType<ParameterResource>())
        {
            await notifications.PublishUpdateAsync(resource, snapshot => snapshot with { State = KnownResourceStates.Running });
        }

        foreach (var resource in resources.OfType<IProcessResource>())
        {
            var runner = new ResourceRunner(resource, this);
            _runners.Add(runner);
            if (resource is not DashboardResource)
            {
                LifecycleCommands.Add(resource, runner);
            }
        }

        // Only now: a resource that begins reads the annotations of those it refers to.
        _runners.ForEach(runner => _ = runner.Begin());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopBegun = time.GetTimestamp();
        foreach (var runner in _runners.OrderByDescending(runner => runner.FirstStart))
        {
            await runner.StopProcessAsync(CancellationToken.None);
            runner.Dispose();
        }

        _runners.Clear();
    }

    /// <summary>What cannot start stops everything: half an application is harder to understand than one line.</summary>
    public void Fail(string message)
    {
        if (Interlocked.Increment(ref _failures) == 1)
        {
            Console.Error.WriteLine(message);
            lifetime.StopApplication();
        }
    }

    /// <summary>Also stops an application that is disposed of without having been stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        Launcher.Dispose();
        while (_atEnd.TryPop(out var action))
        {
            action();
        }
    }
}
