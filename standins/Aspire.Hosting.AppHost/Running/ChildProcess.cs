using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>One started process, leader of a session of its own.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private readonly Process _process;

    public ChildProcess(Process process, string? ownFolder, Action<string> write)
    {
        _process = process;
        process.StandardInput.Close();
        Exited = WaitForExitAsync(Task.WhenAll(PumpAsync(process.StandardOutput, write), PumpAsync(process.StandardError, write)), ownFolder);
    }

    public int Id => _process.Id;

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exited { get; }

    /// <summary>Asks it to stop; ends it when it has not done so in time.</summary>
    public async Task StopAsync(Signal signal, TimeSpan patience, TimeProvider time)
    {
        _ = Kill(Id, signal);
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

    /// <summary>Ends everything that works in the folder; the children of PostgreSQL, each in a session of its own, are not to be found otherwise.</summary>
    public static void EndAllIn(string folder)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _)))
        {
            try
            {
                if (Directory.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName == folder)
                {
                    _ = Kill(int.Parse(Path.GetFileName(process)), Signal.Kill);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is another user's.
            }
        }
    }

    private async Task<int> WaitForExitAsync(Task output, string? ownFolder)
    {
        await _process.WaitForExitAsync();
        // What it started itself is in its process group and would outlive it, holding the pipes open.
        _ = Kill(-Id, Signal.Kill);
        if (ownFolder is not null)
        {
            EndAllIn(ownFolder);
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
