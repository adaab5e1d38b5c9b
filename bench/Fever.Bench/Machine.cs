using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fever.Bench;

/// <summary>Where a number was measured, without which it means nothing.</summary>
internal static class Machine
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} cores, {Value("/proc/cpuinfo", "model name")}, {Value("/proc/meminfo", "MemTotal")} memory, {RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version}, .NET {Environment.Version}";

    /// <summary>Of one, five and fifteen minutes: more than what a benchmark itself brings means that the machine was not quiet.</summary>
    public static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    /// <summary>With <c>-dirty</c> when the sources are not quite that commit's.</summary>
    public static async Task<string> CommitAsync(CancellationToken cancellationToken)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty", "--abbrev=10"])
        {
            WorkingDirectory = Repository.Folder,
            RedirectStandardOutput = true,
        })!;
        return (await git.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
    }

    private static string Value(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
}

internal static class Repository
{
    public static string Folder { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder) =>
        folder is null ? throw new BenchException("the program does not lie in a clone of Fever")
        : File.Exists(Path.Combine(folder.FullName, "Fever.sln")) ? folder.FullName
        : Find(folder.Parent);
}
