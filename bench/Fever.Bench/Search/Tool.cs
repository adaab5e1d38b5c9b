using System.Diagnostics;

namespace Fever.Bench.Search;

/// <summary>A program of the machine's that one may have and another not.</summary>
internal sealed class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _file;

    private Tool(string file) => _file = file;

    /// <returns>Null when it is not installed.</returns>
    public static Tool? Find(string name)
    {
        // Debian keeps these two out of the PATH of ordinary users, or out of everybody's.
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin");
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().Reverse() : [];
        return folders.Concat(versions.Select(version => Path.Combine(version, "bin")))
            .Select(folder => Path.Combine(folder, name))
            .Where(File.Exists)
            .Select(file => new Tool(file))
            .FirstOrDefault();
    }

    /// <summary>Runs it to its end, which a stop or a minute brings about, and gives what it printed.</summary>
    /// <exception cref="BenchException">It failed.</exception>
    public async Task<string> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        using var process = Start(arguments, environment);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? output : throw new BenchException($"{_file} failed: {await errors}{output}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new BenchException($"{_file} did not end");
        }
    }

    public Process Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(_file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
