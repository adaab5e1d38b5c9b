using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>Keeps one resource's process running: waits for what it depends on, starts it, watches its health, starts it again when it dies.</summary>
internal sealed class ResourceRunner(IProcessResource resource, AppRunner app) : BackgroundService
{
    /// <summary>A process that dies this often without ever having been healthy is not going to be.</summary>
    private const int MaxFailedStarts = 5;
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(30);
    private int _shortLives;
    private bool _wasHealthy;

    /// <summary>When it was first started; what has not been yet counts as last.</summary>
    public long FirstStart { get; private set; } = long.MaxValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            Publish(KnownResourceStates.Waiting);
            foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
            {
                await app.Notifications.WaitForResourceHealthyAsync(wait.Resource.Name, stoppingToken);
            }

            while (await RunOnceAsync(stoppingToken))
            {
            }
        }
        catch (OperationCanceledException)
        {
            Publish(KnownResourceStates.Exited);
        }
        catch (Exception exception)
        {
            Publish(KnownResourceStates.FailedToStart);
            app.Fail(exception is DistributedApplicationException ? exception.Message : $"{resource.Name} cannot start: {exception.Message}");
        }
    }

    /// <summary>Runs the process until it ends; says whether it is to be started again.</summary>
    private async Task<bool> RunOnceAsync(CancellationToken stoppingToken)
    {
        Publish(KnownResourceStates.Starting);
        var spec = await resource.DescribeAsync(app);
        stoppingToken.ThrowIfCancellationRequested();
        var started = app.Time.GetTimestamp();
        FirstStart = Math.Min(FirstStart, started);
        using var process = await app.Launcher.StartAsync(spec, line => app.Log.Write(resource, line));
        var exitCode = await WatchAsync(process, stoppingToken);
        if (IsFinished(exitCode))
        {
            Publish(KnownResourceStates.Finished);
            return false;
        }

        _shortLives = app.Time.GetElapsedTime(started) < LongLife ? _shortLives + 1 : 1;
        if (!_wasHealthy && _shortLives == MaxFailedStarts)
        {
            throw new DistributedApplicationException($"{resource.Name} cannot start: it ended {MaxFailedStarts} times without having been ready, last with code {exitCode}. Its lines above say why.");
        }

        var delay = TimeSpan.FromSeconds(Math.Min(0.1 * Math.Pow(2, _shortLives), 10));
        Publish(KnownResourceStates.Exited);
        app.Log.Write(resource, $"ended with code {exitCode}; starting again in {delay.TotalSeconds:0.#} s");
        await Task.Delay(delay, app.Time, stoppingToken);
        return true;
    }

    private async Task<int> WatchAsync(ChildProcess process, CancellationToken stoppingToken)
    {
        var health = HealthStatus.Unhealthy;
        Publish(KnownResourceStates.Running, health, process.Id);
        try
        {
            while (!process.Exited.IsCompleted)
            {
                var now = await IsHealthyAsync(stoppingToken) ? HealthStatus.Healthy : HealthStatus.Unhealthy;
                if (now != health && !process.Exited.IsCompleted)
                {
                    health = now;
                    _wasHealthy = true;
                    Publish(KnownResourceStates.Running, health, process.Id);
                }

                await Task.WhenAny(process.Exited, Task.Delay(TimeSpan.FromSeconds(health == HealthStatus.Healthy ? 5 : 0.1), app.Time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
            }

            return await process.Exited;
        }
        catch (OperationCanceledException)
        {
            await process.StopAsync(app.StopPatience, app.Time);
            throw;
        }
    }

    private async Task<bool> IsHealthyAsync(CancellationToken stoppingToken)
    {
        try
        {
            var answers = await Task.WhenAll(resource.Annotations.OfType<HealthProbeAnnotation>().Select(probe => probe.IsHealthyAsync(app, stoppingToken)));
            return answers.All(yes => yes);
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>What listens is meant to stay; anything else may be done.</summary>
    private bool IsFinished(int exitCode) => exitCode == 0 && !resource.Annotations.OfType<EndpointAnnotation>().Any();

    private void Publish(string state, HealthStatus? health = null, int? processId = null)
    {
        var snapshot = new CustomResourceSnapshot { State = new(state), HealthStatus = health, Properties = processId is null ? [] : [new("executable.pid", processId)] };
        foreach (var each in app.Resources.OfType<IResourceWithParent<IResource>>().Where(child => child.Parent == resource).Prepend<IResource>(resource))
        {
            app.Notifications.Publish(each, snapshot);
        }
    }
}
