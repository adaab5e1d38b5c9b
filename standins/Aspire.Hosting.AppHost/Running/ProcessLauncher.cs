using System.Collections.Concurrent;
using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>
/// Starts processes that cannot outlive the AppHost, even one killed with SIGKILL: the kernel signals a child when the
/// thread that started it ends (prctl(2), PR_SET_PDEATHSIG), hence the one thread that lives as long as the host.
/// A session of their own (setsid) keeps a Ctrl+C of the terminal from reaching the children before their turn.
/// </summary>
internal sealed class ProcessLauncher : IDisposable
{
    private const string Nobody = "65534";
    private readonly BlockingCollection<Action> _starts = [];

    public ProcessLauncher() => new Thread(() =>
    {
        foreach (var start in _starts.GetConsumingEnumerable())
        {
            start();
        }
    })
    { IsBackground = true, Name = "process launcher" }.Start();

    public Task<ChildProcess> StartAsync(ProcessSpec spec, Action<string> write)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() =>
        {
            try
            {
                started.SetResult(new ChildProcess(Process.Start(Describe(spec))!, write));
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        });
        return started.Task;
    }

    /// <summary>Runs a short helper program and gives its exit code and everything it printed.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var output = new ConcurrentQueue<string>();
        using var child = await StartAsync(spec, output.Enqueue);
        try
        {
            return (await child.Exited.WaitAsync(cancellationToken), string.Join(Environment.NewLine, output));
        }
        catch (OperationCanceledException)
        {
            await child.StopAsync(Signal.Kill, Timeout.InfiniteTimeSpan, TimeProvider.System);
            throw;
        }
    }

    public void Dispose() => _starts.CompleteAdding();

    private static ProcessStartInfo Describe(ProcessSpec spec)
    {
        var info = new ProcessStartInfo("setpriv")
        {
            WorkingDirectory = spec.WorkingDirectory ?? "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        string[] identity = spec.Unprivileged && Environment.IsPrivilegedProcess
            // The capability lets it reach binaries and data under a folder that is root's alone.
            ? ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
            : [];
        string[] orphan = ["--pdeathsig", spec.OrphanSignal.ToString().ToUpperInvariant()];
        foreach (var argument in (string[])[.. identity, .. orphan, "setsid", spec.FileName, .. spec.Arguments])
        {
            info.ArgumentList.Add(argument);
        }

        if (spec.Environment is { } environment)
        {
            info.Environment.Clear();
            foreach (var (name, value) in environment)
            {
                info.Environment[name] = value;
            }
        }

        return info;
    }
}
