using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>One started process, leader of a session of its own.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly ProcessSpec _spec;

    public ChildProcess(Process process, ProcessSpec spec, Action<string, bool> write)
    {
        (_process, _spec) = (process, spec);
        process.StandardInput.Close();
        Exited = WaitForExitAsync(Task.WhenAll(PumpAsync(process.StandardOutput, line => write(line, false)), PumpAsync(process.StandardError, line => write(line, true))));
    }

    public int Id => _process.Id;

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exited { get; }

    /// <summary>Asks it to stop; ends it when it has not done so in time.</summary>
    public async Task StopAsync(TimeSpan patience, TimeProvider time)
    {
        _ = Kill(Id, _spec.StopSignal);
        try
        {
            await Exited.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            _ = Kill(-Id, Signal.Kill);
            await Exited;
        }
    }

    public void Dispose() => _process.Dispose();

    /// <summary>Ends every process of that program that works in the folder: PostgreSQL's own, each in a session of its own, are not to be found otherwise.</summary>
    public static void EndAll(string program, string folder)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _)))
        {
            // Null when it has ended meanwhile, or is another user's.
            if (new FileInfo($"{process}/cwd").LinkTarget == folder && Path.GetFileName(new FileInfo($"{process}/exe").LinkTarget) == program)
            {
                _ = Kill(int.Parse(Path.GetFileName(process)), Signal.Kill);
            }
        }
    }

    private async Task<int> WaitForExitAsync(Task output)
    {
        await _process.WaitForExitAsync();
        // What it started itself is in its process group and would outlive it, holding the pipes open.
        _ = Kill(-Id, Signal.Kill);
        if (_spec.OwnFolder is { } folder)
        {
            EndAll(Path.GetFileName(_spec.FileName), folder);
        }

        // Whatever else may hold the pipes open must not hold up a restart.
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(1)));
        return _process.ExitCode;
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> write)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            write(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, Signal signal);
}
