using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>One started process, leader of a session of its own.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private readonly Process _process;

    public ChildProcess(Process process, Action<string> write)
    {
        _process = process;
        process.StandardInput.Close();
        Exited = WaitForExitAsync(Task.WhenAll(PumpAsync(process.StandardOutput, write), PumpAsync(process.StandardError, write)));
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

    private async Task<int> WaitForExitAsync(Task output)
    {
        await _process.WaitForExitAsync();
        // What it started itself is in its process group and would outlive it, holding the pipes open.
        _ = Kill(-Id, Signal.Kill);
        await output;
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
