using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Fever.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fever.StandIns.Tests;

internal static class Apps
{
    /// <summary>A guard against waiting for ever; no test measures time.</summary>
    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public static async Task<DistributedApplication> StartAsync(Action<IDistributedApplicationBuilder> describe, params string[] args)
    {
        var builder = DistributedApplicationTestingBuilder.Create(args);
        describe(builder);
        var app = await builder.BuildAsync();
        try
        {
            await app.StartAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public static Task<ResourceEvent> HealthyAsync(this DistributedApplication app, string name) =>
        app.ResourceNotifications.WaitForResourceHealthyAsync(name, Patience);

    /// <summary>Waits until another process than the given one runs the resource and is healthy.</summary>
    public static async Task<int> HealthyAgainAsync(this DistributedApplication app, string name, int before) =>
        (await app.ResourceNotifications.WaitForResourceAsync(
            name,
            resource => resource.Snapshot.HealthStatus == HealthStatus.Healthy && resource.ProcessId() != before,
            Patience)).ProcessId();

    public static Task<ResourceEvent> FinishedAsync(this DistributedApplication app, string name) =>
        app.ResourceNotifications.WaitForResourceAsync(name, resource => resource.Snapshot.State?.Text == KnownResourceStates.Finished, Patience);

    public static int ProcessId(this ResourceEvent resource) =>
        Convert.ToInt32(resource.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value, CultureInfo.InvariantCulture);
}

/// <summary>What the kernel says of processes.</summary>
internal static class Processes
{
    public static void Kill(int id) => Process.GetProcessById(id).Kill();

    public static void Pause(int id)
    {
        using var kill = Process.Start("kill", ["-STOP", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public static async Task<IReadOnlyDictionary<string, string>> EnvironmentOfAsync(int id)
    {
        // While setpriv and setsid are still becoming the program, there may be none to read.
        var text = await Eventually.BecomesAsync(() => File.ReadAllTextAsync($"/proc/{id}/environ"), text => text.Length > 0);
        return text
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);
    }

    public static IReadOnlyList<int> DescendantsOf(int id)
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var process) ? process : 0)
            .Where(process => process > 0)
            .Select(process => (Process: process, Parent: Stat(process)?.Parent))
            .ToLookup(process => process.Parent, process => process.Process);
        return [.. parents[id].SelectMany(child => DescendantsOf(child).Prepend(child))];
    }

    /// <summary>A zombie is gone: it only waits for somebody to ask how it ended.</summary>
    public static bool IsAlive(int id) => Stat(id) is { State: not 'Z' };

    public static async Task GoneAsync(IEnumerable<int> processes)
    {
        var patience = Apps.Patience;
        foreach (var process in processes)
        {
            while (IsAlive(process))
            {
                await Task.Delay(50, patience);
            }
        }
    }

    public static string CommandLineOf(int id) => Read(id, "cmdline") ?? "";

    /// <summary>proc(5): the name in parentheses may hold anything, so what follows it is counted from its end.</summary>
    private static (char State, int Parent)? Stat(int id) =>
        Read(id, "stat")?.Split(')')[^1].Trim().Split(' ') is { Length: > 1 } fields ? (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture)) : null;

    private static string? Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>The sample AppHost as a process of its own, on a data folder of its own.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _output;

    public AppHostProcess(params string[] args)
    {
        string[] settings = [.. args, $"--DATA_DIR={Data.Path}", .. args.Any(arg => arg.StartsWith("--DASHBOARD_PORT", StringComparison.Ordinal)) ? (string[])[] : ["--DASHBOARD_PORT=off"]];
        // A shell starts background jobs with SIGINT ignored, which is inherited: these tests may be part of one.
        _process = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", typeof(SampleAppHost).Assembly.Location, .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _output = Task.WhenAll(ReadAsync(_process.StandardOutput, Lines), ReadAsync(_process.StandardError, Errors));
    }

    public int Id => _process.Id;

    public TemporaryFolder Data { get; } = new();

    public ConcurrentQueue<string> Lines { get; } = [];

    public ConcurrentQueue<string> Errors { get; } = [];

    public Task ReadyAsync() => _ready.Task.WaitAsync(Apps.Patience);

    /// <summary>Sends a signal and gives the exit code.</summary>
    public async Task<int> EndAsync(string signal)
    {
        Process.Start("kill", [$"-{signal}", $"{Id}"]).Dispose();
        return await ExitCodeAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(Apps.Patience);
        await _output.WaitAsync(Apps.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        var children = Processes.DescendantsOf(Id);
        _process.Kill();
        await _process.WaitForExitAsync(Apps.Patience);
        await Processes.GoneAsync(children);
        _process.Dispose();
        Data.Dispose();
    }

    private async Task ReadAsync(StreamReader reader, ConcurrentQueue<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Enqueue(line);
            if (line == "READY")
            {
                _ready.SetResult();
            }
        }

        _ready.TrySetException(new InvalidOperationException("The AppHost ended: " + string.Join(Environment.NewLine, Lines.Concat(Errors))));
    }
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fever-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
