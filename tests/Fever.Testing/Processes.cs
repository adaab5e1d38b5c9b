using System.Diagnostics;
using System.Globalization;

namespace Fever.Testing;

/// <summary>What the kernel says about processes, in /proc: tests of leftover processes have no other source.</summary>
public static class Processes
{
    /// <summary>Sends a signal, by its name without SIG.</summary>
    public static void Signal(int id, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Descendants of this process whose command line contains the text.</summary>
    public static int[] Running(string program) =>
        [.. DescendantsOf(Environment.ProcessId).Where(id => CommandLineOf(id).Contains(program, StringComparison.Ordinal))];

    public static IReadOnlyList<int> DescendantsOf(int id)
    {
        var parents = All().ToLookup(process => Stat(process)?.Parent);
        return [.. parents[id].SelectMany(child => DescendantsOf(child).Prepend(child))];
    }

    /// <summary>Processes, other than this one, whose command line or environment contains the text.</summary>
    public static int[] Mentioning(string text) =>
        [.. All().Where(id => id != Environment.ProcessId && (CommandLineOf(id) + Read(id, "environ")).Contains(text, StringComparison.Ordinal))];

    public static async Task<IReadOnlyDictionary<string, string>> EnvironmentOfAsync(int id)
    {
        // Between setpriv or setsid and the program itself the environment can be empty for a moment.
        var text = await Eventually.BecomesAsync(() => File.ReadAllTextAsync($"/proc/{id}/environ"), text => text.Length > 0);
        return text
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);
    }

    public static string CommandLineOf(int id) => Read(id, "cmdline");

    /// <summary>A zombie counts as gone: it has ended, and its parent has not read its exit code yet.</summary>
    public static bool IsAlive(int id) => Stat(id) is { State: not 'Z' };

    /// <summary>The nice value: 0 is normal, 19 the lowest priority.</summary>
    public static int NiceOf(int id) => int.Parse(Read(id, "stat").Split(')')[^1].Trim().Split(' ')[16], CultureInfo.InvariantCulture);

    public static Task GoneAsync(IReadOnlyCollection<int> processes) =>
        Eventually.BecomesTrueAsync(() => !processes.Any(IsAlive));

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
        .Where(id => id > 0);

    /// <summary>proc(5): the name in parentheses may contain any character, so the fields are counted from the last parenthesis.</summary>
    private static (char State, int Parent)? Stat(int id) =>
        Read(id, "stat").Split(')')[^1].Trim().Split(' ') is { Length: > 1 } fields
            ? (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture))
            : null;

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
