using System.Diagnostics;

namespace Fever.SystemTests;

/// <summary>Looks at real processes through /proc: the promises about them cannot be tested any other way.</summary>
internal static class Children
{
    /// <summary>Processes whose environment or command line holds the marker, such as an app's own data folder.</summary>
    public static int[] WithMarker(string marker) =>
        [.. Pids().Where(pid => Read(pid, "environ").Contains(marker, StringComparison.Ordinal) || Read(pid, "cmdline").Contains(marker, StringComparison.Ordinal))];

    /// <summary>Children of this process that run the program, named by a part of the command line.</summary>
    public static int[] Running(string program) =>
        [.. Pids().Where(pid => Parent(pid) == Environment.ProcessId && Read(pid, "cmdline").Contains(program, StringComparison.Ordinal))];

    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    private static IEnumerable<int> Pids() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where int.TryParse(name, out _)
        let pid = int.Parse(name)
        where pid != Environment.ProcessId
        select pid;

    private static int Parent(int pid)
    {
        // The name in parentheses may itself hold spaces: what follows the last one is fixed.
        var stat = Read(pid, "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && fields[0] != "Z" ? int.Parse(fields[1]) : -1;
    }

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
