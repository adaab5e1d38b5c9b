using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>One started process, leader of a session of its own.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _output;

    public ChildProcess(Process process, Action<string> write)
    {
        _process = process;
        Id = process.Id;
        process.StandardInput.Close();
        _output = Task.WhenAll(PumpAsync(process.StandardOutput, write), PumpAsync(process.StandardError, write));
        Exited = WaitForExitAsync();
    }

    public int Id { get; }

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exited { get; }

    /// <summary>Asks it to stop; ends it when it has not done so in time.</summary>
    public async Task StopAsync(Signal signal, TimeSpan patience, TimeProvider time)
    {
        if (!Exited.IsCompleted)
        {
            _ = Kill(Id, (int)signal);
        }

        try
        {
            await Exited.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            _ = Kill(-Id, (int)Signal.Kill);
            await Exited;
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        // What it started itself is in its process group and would outlive it, holding the pipes open.
        _ = Kill(-Id, (int)Signal.Kill);
        await _output;
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
    private static partial int Kill(int pid, int signal);
}
