namespace Aspire.Hosting.Running;

/// <summary>
/// Keeps one resource's process running: waits for what it depends on, starts it, watches its health, starts it again when it
/// dies. A run goes from a start to a stop, and all that is published of the resource comes from its run, so that commands
/// given at the same time can neither mix up its state nor start it twice.
/// </summary>
internal sealed class ResourceRunner(IProcessResource resource, AppRunner app) : IDisposable
{
    /// <summary>A process that dies this often without ever having been healthy is not going to be.</summary>
    private const int MaxFailedStarts = 5;
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private Task _run = Task.CompletedTask;
    private CancellationTokenSource _stop = new();
    private int _shortLives;
    private bool _wasHealthy;

    /// <summary>When it was first started; what has not been yet counts as last.</summary>
    public long FirstStart { get; private set; } = long.MaxValue;

    /// <summary>Begins a run, after the one that is being stopped if there is one; else the one that goes on is it.</summary>
    public Task Begin()
    {
        lock (_gate)
        {
            if (!app.IsStopping && (_run.IsCompleted || _stop.IsCancellationRequested))
            {
                _stop = new();
                _run = RunAsync(_run, _stop.Token);
            }

            return _run;
        }
    }

    /// <summary>Starts the process if it does not run, and waits until it does or cannot.</summary>
    public async Task<ExecuteCommandResult> StartProcessAsync(CancellationToken cancellationToken)
    {
        await await Task.WhenAny(Begin(), app.Notifications.WaitForResourceAsync(resource.Name, KnownResourceStates.Running, cancellationToken));
        return CommandResults.Success();
    }

    /// <summary>Stops the process, and waits until it has ended. It stays so until it is asked to start.</summary>
    public async Task<ExecuteCommandResult> StopProcessAsync(CancellationToken cancellationToken)
    {
        Task run;
        lock (_gate)
        {
            _ = _stop.CancelAsync();
            run = _run;
        }

        await run.WaitAsync(cancellationToken);
        return CommandResults.Success();
    }

    public async Task<ExecuteCommandResult> RestartProcessAsync(CancellationToken cancellationToken)
    {
        await StopProcessAsync(cancellationToken);
        return await StartProcessAsync(cancellationToken);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(Task previous, CancellationToken stoppingToken)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
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
        using var process = await app.Launcher.StartAsync(spec, (line, isError) => app.Log.Write(resource, line, isError));
        var exitCode = await WatchAsync(process, spec, stoppingToken);

        // What listens is meant to stay; anything else may be done.
        if (exitCode == 0 && !resource.Annotations.OfType<EndpointAnnotation>().Any())
        {
            Publish(KnownResourceStates.Finished, exitCode);
            return false;
        }

        _shortLives = app.Time.GetElapsedTime(started) < LongLife ? _shortLives + 1 : 1;
        if (!_wasHealthy && _shortLives == MaxFailedStarts)
        {
            throw new DistributedApplicationException($"{resource.Name} cannot start: it ended {MaxFailedStarts} times without having been ready, last with code {exitCode}. Its lines above say why.");
        }

        var delay = TimeSpan.FromSeconds(Math.Min(0.1 * Math.Pow(2, _shortLives), 10));
        Publish(KnownResourceStates.Exited, exitCode);
        app.Log.Write(resource, $"ended with code {exitCode}; starting again in {delay.TotalSeconds:0.#} s");
        await Task.Delay(delay, app.Time, stoppingToken);
        return true;
    }

    private async Task<int> WatchAsync(ChildProcess process, ProcessSpec spec, CancellationToken stoppingToken)
    {
        Publish(snapshot => snapshot with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = app.Time.GetUtcNow().UtcDateTime,
            StopTimeStamp = null,
            ExitCode = null,
            Properties = [new("executable.pid", process.Id), new("executable.path", spec.FileName), new("executable.workDir", spec.WorkingDirectory)],
            EnvironmentVariables = [.. spec.OwnVariables.Order().Select(name => new EnvironmentVariableSnapshot(name, spec.Environment[name], IsFromSpec: true))],
        });
        try
        {
            while (!process.Exited.IsCompleted)
            {
                var isHealthy = await CheckHealthAsync(process, stoppingToken);
                await Task.WhenAny(process.Exited, Task.Delay(TimeSpan.FromSeconds(isHealthy ? 5 : 0.1), app.Time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
            }

            return await process.Exited;
        }
        catch (OperationCanceledException)
        {
            Publish(KnownResourceStates.Stopping);
            await process.StopAsync(app.StopPatience, app.Time);
            throw;
        }
    }

    private async Task<bool> CheckHealthAsync(ChildProcess process, CancellationToken stoppingToken)
    {
        var reports = await Task.WhenAll(resource.Annotations.OfType<HealthProbeAnnotation>().Select(probe => probe.ReportAsync(app, stoppingToken)));
        var isHealthy = reports.All(report => report.Status == HealthStatus.Healthy);
        // Published when it has changed: the dashboard draws a row anew each time, and closes a menu that is open there.
        var isNews = !app.Notifications.TryGetCurrentState(resource.Name, out var last) || !last.Snapshot.HealthReports.Select(WithoutTime).SequenceEqual(reports.Select(WithoutTime)) || last.Snapshot.HealthStatus is null;
        if (isNews && !process.Exited.IsCompleted && !stoppingToken.IsCancellationRequested)
        {
            _wasHealthy |= isHealthy;
            Publish(snapshot => snapshot with { HealthStatus = isHealthy ? HealthStatus.Healthy : HealthStatus.Unhealthy, HealthReports = [.. reports] });
        }

        return isHealthy;

        static HealthReportSnapshot WithoutTime(HealthReportSnapshot report) => report with { LastRunAt = null };
    }

    /// <summary>The state of a resource whose process does not run, or not to its end.</summary>
    private void Publish(string state, int? exitCode = null) => Publish(snapshot => snapshot with
    {
        State = state,
        ExitCode = exitCode,
        StopTimeStamp = KnownResourceStates.TerminalStates.Contains(state) ? app.Time.GetUtcNow().UtcDateTime : snapshot.StopTimeStamp,
        HealthStatus = null,
        HealthReports = [],
        Properties = [.. snapshot.Properties.Where(property => property.Name != "executable.pid")],
    });

    private void Publish(Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        foreach (var each in app.Resources.OfType<IResourceWithParent<IResource>>().Where(child => child.Parent == resource).Prepend<IResource>(resource))
        {
            _ = app.Notifications.PublishUpdateAsync(each, change);
        }
    }
}
