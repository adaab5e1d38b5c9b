using System.Collections.Concurrent;
using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>
/// Starts processes that cannot outlive the AppHost, even one killed with SIGKILL: the kernel signals a child when the
/// thread that started it ends (prctl(2), PR_SET_PDEATHSIG), hence the one thread that lives as long as the application.
/// A session of their own (setsid) keeps a Ctrl+C in the terminal from reaching the children before their turn.
/// </summary>
internal sealed class ProcessLauncher : IDisposable
{
    private const string Nobody = "65534";
    private readonly BlockingCollection<Action> _starts = [];

    public ProcessLauncher() => new Thread(Work) { IsBackground = true, Name = "process launcher" }.Start();

    public async Task<ChildProcess> StartAsync(ProcessSpec spec, Action<string, bool> write)
    {
        var start = new Task<Process>(() => Process.Start(Describe(spec))!);
        _starts.Add(start.RunSynchronously);
        return new ChildProcess(await start, spec, write);
    }

    /// <summary>Runs a short helper program to its end and gives its exit code and everything it printed.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(ProcessSpec spec)
    {
        var output = new ConcurrentQueue<string>();
        using var child = await StartAsync(spec, (line, _) => output.Enqueue(line));
        return (await child.Exited, string.Join(Environment.NewLine, output));
    }

    /// <summary>Where programs.sh finds a program; null where it finds none.</summary>
    public async Task<string?> LocateAsync(string program, string version = "") =>
        await RunAsync(new("sh", [Path.Combine(Tools.StandInsFolder, "programs.sh"), program, version])) is (0, { Length: > 0 } path) ? path : null;

    public void Dispose() => _starts.CompleteAdding();

    private void Work()
    {
        foreach (var start in _starts.GetConsumingEnumerable())
        {
            start();
        }
    }

    private static ProcessStartInfo Describe(ProcessSpec spec)
    {
        string[] identity = spec.Unprivileged && Environment.IsPrivilegedProcess
            // The capability lets it reach binaries and data under a folder that is root's alone; access(2), with which
            // PostgreSQL looks for its programs, minds it only without the fix-up of user ids (capabilities(7)).
            ? ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
            : [];
        var info = new ProcessStartInfo("setpriv", [.. identity, "--pdeathsig", spec.OrphanSignal.ToString().ToUpperInvariant(), "setsid", spec.FileName, .. spec.Arguments])
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }
}
