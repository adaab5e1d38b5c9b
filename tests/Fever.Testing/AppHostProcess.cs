using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Fever.Testing;

/// <summary>An AppHost in a process of its own, on a data folder of its own, without the dashboard unless a test sets its port.</summary>
public sealed partial class AppHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _data = new();
    private readonly Task _output;

    /// <summary>Starts it with these environment variables.</summary>
    public AppHostProcess(Assembly appHost, params (string Name, string Value)[] settings)
    {
        // A shell starts background jobs with SIGINT ignored, which is inherited: these tests may be part of one.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", appHost.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("DATA_DIR", Data), ("DASHBOARD_PORT", "off"), .. settings])
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _output = Task.WhenAll(ReadAsync(_process.StandardOutput, Lines), ReadAsync(_process.StandardError, Errors));
    }

    public int Id => _process.Id;

    public string Data => _data.Path;

    public ConcurrentQueue<string> Lines { get; } = [];

    public ConcurrentQueue<string> Errors { get; } = [];

    public string Output => string.Join('\n', Lines.Concat(Errors));

    public Task SaysAsync(string text) =>
        Eventually.BecomesTrueAsync(() => Output.Contains(text, StringComparison.Ordinal)
            || (_process.HasExited ? throw new InvalidOperationException($"The AppHost ended:\n{Output}") : false));

    /// <summary>Sends a signal, and returns the exit code.</summary>
    public Task<int> EndAsync(string signal)
    {
        Processes.Signal(Id, signal);
        return ExitCodeAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        await Eventually.BecomesTrueAsync(() => _process.HasExited && _output.IsCompleted);
        return _process.ExitCode;
    }

    /// <summary>Waits until no process mentions the data folder.</summary>
    public Task NothingLeftAsync() => Eventually.BecomesTrueAsync(() => Processes.Mentioning(Data).Length == 0);

    public async ValueTask DisposeAsync()
    {
        var children = Processes.DescendantsOf(Id);
        _process.Kill();
        await ExitCodeAsync();
        await Processes.GoneAsync(children);
        if (VolumeName().Match(Output) is { Success: true } volume)
        {
            await DataVolume.RemoveAsync(volume.Value);
        }

        _process.Dispose();
        _data.Dispose();
    }

    [GeneratedRegex("(?<=volume )fever-[0-9a-f]{12}")]
    private static partial Regex VolumeName();

    private static async Task ReadAsync(StreamReader reader, ConcurrentQueue<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Enqueue(line);
        }
    }
}

public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fever-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
