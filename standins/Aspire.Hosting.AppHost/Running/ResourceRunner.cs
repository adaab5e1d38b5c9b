using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>Keeps one resource's process running: waits for what it depends on, starts it, watches its health, starts it again when it dies.</summary>
internal sealed class ResourceRunner(IProcessResource resource, AppRun run, Action<string> fail) : IDisposable
{
    /// <summary>A process that dies this often without ever having been healthy is not going to be.</summary>
    private const int MaxFailedStarts = 5;
    private static readonly TimeSpan _stopPatience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _probeWhileStarting = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _probeWhileHealthy = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly RestartBackoff _backoff = new();
    private Task _running = Task.CompletedTask;
    private TimeSpan _patience = _stopPatience;
    private bool _wasHealthy;

    public void Start() => _running = Task.Run(RunAsync);

    public async Task StopAsync(TimeSpan budget)
    {
        _patience = TimeSpan.FromTicks(Math.Clamp(budget.Ticks, 0, _stopPatience.Ticks));
        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync()
    {
        try
        {
            Publish(KnownResourceStates.Waiting);
            await WaitForDependenciesAsync();
            while (await RunOnceAsync())
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
            fail(exception is DistributedApplicationException ? exception.Message : $"{resource.Name} cannot start: {exception.Message}");
        }
    }

    private async Task WaitForDependenciesAsync()
    {
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
        {
            if (wait.ExitCode is { } wanted)
            {
                var ended = await run.Notifications.WaitForResourceAsync(wait.Resource.Name, other => other.Snapshot.ExitCode is not null, _stopping.Token);
                if (ended.Snapshot.ExitCode != wanted)
                {
                    throw new DistributedApplicationException($"{resource.Name} cannot start: it waits for {wait.Resource.Name} to finish with code {wanted}, and that finished with code {ended.Snapshot.ExitCode}.");
                }
            }
            else
            {
                await run.Notifications.WaitForResourceHealthyAsync(wait.Resource.Name, _stopping.Token);
            }
        }
    }

    /// <summary>Runs the process until it ends; says whether it is to be started again.</summary>
    private async Task<bool> RunOnceAsync()
    {
        Publish(KnownResourceStates.Starting);
        var spec = await resource.DescribeAsync(run, _stopping.Token);
        _stopping.Token.ThrowIfCancellationRequested();
        var started = run.Time.GetTimestamp();
        using var process = await run.Launcher.StartAsync(spec, line => run.Log.Write(resource, line));
        var exitCode = await WatchAsync(process, spec);
        if (IsFinished(exitCode))
        {
            Publish(KnownResourceStates.Finished, exitCode: exitCode);
            return false;
        }

        var delay = _backoff.Next(run.Time.GetElapsedTime(started));
        if (!_wasHealthy && _backoff.Failures >= MaxFailedStarts)
        {
            throw new DistributedApplicationException($"{resource.Name} cannot start: it ended {MaxFailedStarts} times before it was ready, last with code {exitCode}. Its last lines above say why.");
        }

        Publish(KnownResourceStates.Exited, exitCode: exitCode);
        run.Log.Write(resource, $"ended with code {exitCode}; starting again in {delay.TotalSeconds:0.#} s");
        await Task.Delay(delay, run.Time, _stopping.Token);
        return true;
    }

    private async Task<int> WatchAsync(ChildProcess process, ProcessSpec spec)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var health = WatchHealthAsync(process, ended.Token);
        try
        {
            return await process.Exited.WaitAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            await process.StopAsync(spec.StopSignal, _patience, run.Time);
            throw;
        }
        finally
        {
            await ended.CancelAsync();
            await health;
        }
    }

    private async Task WatchHealthAsync(ChildProcess process, CancellationToken cancellationToken)
    {
        var probes = resource.Annotations.OfType<HealthProbeAnnotation>().ToList();
        var last = HealthStatus.Unhealthy;
        Publish(KnownResourceStates.Running, last, process.Id);
        while (!cancellationToken.IsCancellationRequested)
        {
            var status = await ProbeAsync(probes, cancellationToken) ? HealthStatus.Healthy : HealthStatus.Unhealthy;
            if (status != last && !cancellationToken.IsCancellationRequested)
            {
                last = status;
                _wasHealthy |= status == HealthStatus.Healthy;
                Publish(KnownResourceStates.Running, status, process.Id);
            }

            var pause = status == HealthStatus.Healthy ? _probeWhileHealthy : _probeWhileStarting;
            await Task.Delay(pause, run.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> ProbeAsync(List<HealthProbeAnnotation> probes, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var probe in probes)
            {
                if (!await probe.IsHealthyAsync(run, cancellationToken))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception)
        {
            // Refused, reset, too slow, not yet authenticated: whatever it is, it is not ready.
            return false;
        }
    }

    /// <summary>What listens is meant to stay; anything else may be done, or is waited for to be.</summary>
    private bool IsFinished(int exitCode) =>
        !resource.Annotations.OfType<EndpointAnnotation>().Any()
        && (exitCode == 0 || run.Resources.SelectMany(other => other.Annotations.OfType<WaitAnnotation>()).Any(wait => wait.Resource == resource && wait.ExitCode is not null));

    private void Publish(string state, HealthStatus? health = null, int? processId = null, int? exitCode = null)
    {
        var snapshot = new CustomResourceSnapshot
        {
            State = state,
            HealthStatus = health,
            ExitCode = exitCode,
            Properties = processId is { } id ? [new("executable.pid", id)] : [],
        };
        run.Notifications.Publish(resource, snapshot);
        foreach (var child in run.Resources.OfType<IResourceWithParent>().Where(child => child.Parent == resource))
        {
            run.Notifications.Publish(child, snapshot);
        }
    }
}
