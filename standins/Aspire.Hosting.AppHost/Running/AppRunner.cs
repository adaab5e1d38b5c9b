using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>Starts every resource with the host and stops them, last first, with it.</summary>
internal sealed class AppRunner(AppRun run, IHostApplicationLifetime lifetime) : IHostedService, IAsyncDisposable
{
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For all resources together, leaving the host the rest of its time.</summary>
    private static readonly TimeSpan _stopBudget = TimeSpan.FromSeconds(9);
    private readonly List<ResourceRunner> _runners = [];
    private int _failures;

    public bool HasFailed => _failures > 0;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RequirePlatform();
        if (DashboardResource.Find(run.Configuration[DashboardResource.PortSetting]) is { } dashboard)
        {
            run.Resources.Insert(0, dashboard);
        }

        Ports.Allocate(run.Resources, run.Configuration.GetValue("DcpPublisher:RandomizePorts", false));
        foreach (var resource in run.Resources.OfType<IProcessResource>())
        {
            await resource.PrepareAsync(run, cancellationToken);
        }

        foreach (var parameter in run.Resources.OfType<ParameterResource>())
        {
            await parameter.GetValueAsync(cancellationToken);
            run.Notifications.Publish(parameter, new CustomResourceSnapshot { State = KnownResourceStates.Running, HealthStatus = HealthStatus.Healthy });
        }

        foreach (var resource in run.Resources.OfType<IProcessResource>())
        {
            var runner = new ResourceRunner(resource, run, Fail);
            _runners.Add(runner);
            runner.Start();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var begun = run.Time.GetTimestamp();
        foreach (var runner in Enumerable.Reverse(_runners))
        {
            await runner.StopAsync(_stopBudget - run.Time.GetElapsedTime(begun));
            runner.Dispose();
        }

        _runners.Clear();
    }

    /// <summary>Also stops an application that is disposed of without being stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        foreach (var resource in run.Resources.OfType<IDisposable>())
        {
            resource.Dispose();
        }
    }

    private static void RequirePlatform()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new DistributedApplicationException("The stand-in AppHost runs on Linux; elsewhere use the real Aspire (build with -p:UseStandIns=false).");
        }

        if (((string[])["setpriv", "setsid"]).FirstOrDefault(tool => Tools.Find(tool) is null) is { } missing)
        {
            throw new DistributedApplicationException($"The AppHost cannot start: there is no program '{missing}'. Install the package util-linux.");
        }
    }

    /// <summary>What cannot start stops everything: half an application is harder to understand than one line.</summary>
    private void Fail(string message)
    {
        if (Interlocked.Increment(ref _failures) == 1)
        {
            Console.Error.WriteLine(message);
            lifetime.StopApplication();
        }
    }
}
