using System.Collections.Concurrent;
using System.Diagnostics;
using Fever.Testing;

namespace Fever.SystemTests;

/// <summary>The AppHost as a user runs it: a process of its own, with a data folder and ports of its own.</summary>
internal sealed class AppHostProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    public AppHostProcess(params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Projects.Fever_AppHost).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("DATA_DIR", Data), ("GATEWAY_PORT", $"{GatewayPort}"), ("DASHBOARD_PORT", "off"), .. settings])
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Data { get; } = Directory.CreateTempSubdirectory("fever-apphost-").FullName;

    public int GatewayPort { get; } = Ports.Free();

    public int ExitCode => _process.ExitCode;

    public string Output => string.Join('\n', _lines);

    public int Pid => _process.Id;

    public Task WaitForLineAsync(string text) =>
        Eventually.BecomesAsync(
            () => _process.HasExited ? throw new InvalidOperationException($"The AppHost ended:\n{Output}") : Task.FromResult(Output),
            output => output.Contains(text, StringComparison.Ordinal));

    public async Task ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
    }

    public Task NothingLeftAsync() =>
        Eventually.BecomesAsync(() => Task.FromResult(Children.WithMarker(Data)), left => left.Length == 0);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Directory.Delete(Data, recursive: true);
    }
}
