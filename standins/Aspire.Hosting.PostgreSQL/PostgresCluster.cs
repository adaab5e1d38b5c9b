namespace Aspire.Hosting.Running;

/// <summary>
/// One server's folder: <c>data</c>, <c>password</c> and <c>lock</c>. Password and data stay together, so that they always
/// match; an empty folder is a fresh database.
/// </summary>
internal sealed class PostgresCluster(string resource, string folder, bool isDurable, string programs)
{
    public string Password { get; private set; } = "";

    /// <summary>Opens the folder under DATA_DIR, or one that goes with the application.</summary>
    public static async Task<PostgresCluster> OpenAsync(string resource, bool isDurable, AppRunner app)
    {
        var folder = isDurable ? Path.Combine(app.DataFolder, resource) : TemporaryFolder.Create(app);
        try
        {
            Directory.CreateDirectory(folder);
            // The kernel lets go of the lock whatever way its holder dies.
            var held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            app.AtEnd(held.Dispose);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException || !Directory.Exists(folder))
        {
            throw new DistributedApplicationException($"{resource} cannot start: {folder} cannot be used for its data ({exception.Message.TrimEnd('.')}). Set DATA_DIR to a folder that can be written to.");
        }
        catch (IOException)
        {
            throw new DistributedApplicationException($"{resource} cannot start: another application is using the data in {folder}. Stop it, or set DATA_DIR to another folder.");
        }

        // Ours alone now: whoever still works there is what a killed AppHost left behind.
        ChildProcess.EndAll("postgres", Path.Combine(folder, "data"));
        var versionFile = Path.Combine(folder, "data", "PG_VERSION");
        var version = File.Exists(versionFile) ? (await File.ReadAllTextAsync(versionFile)).Trim() : "";
        var programs = await app.Launcher.LocateAsync("postgres", version)
            ?? throw new DistributedApplicationException(version == ""
                ? $"{resource} cannot start: there is no PostgreSQL 18 or later. Run `make setup`, which needs npm (Node.js 18 or later), or install PostgreSQL."
                : $"{resource} cannot start: the data in {folder} belong to PostgreSQL {version}, which is not here. Install it, or empty the folder for a fresh database.");
        return new PostgresCluster(resource, folder, isDurable, programs);
    }

    /// <summary>Fills the folder when it is empty, and describes the server on it.</summary>
    public async Task<ProcessSpec> DescribeAsync(int port, ProcessLauncher launcher)
    {
        var (exitCode, output) = await launcher.RunAsync(new("sh", [Path.Combine(Tools.StandInsFolder, "initdb.sh"), programs, folder]) { Unprivileged = true });
        if (exitCode != 0)
        {
            var remedy = Environment.IsPrivilegedProcess ? " PostgreSQL refuses to run as root and is run as `nobody` instead: if that is not allowed here, run as an ordinary user." : "";
            throw new DistributedApplicationException($"{resource} cannot start: initdb said \"{output.Trim().Split('\n')[^1]}\".{remedy}");
        }

        Password = (await File.ReadAllTextAsync(Path.Combine(folder, "password"))).Trim();
        string[] lax = isDurable ? [] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
        string[] settings = [$"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "timezone=UTC", "log_timezone=UTC", "log_checkpoints=off", "log_line_prefix=", .. lax];
        var data = Path.Combine(folder, "data");
        return new(Path.Combine(programs, "postgres"), ["-D", data, .. settings.SelectMany(setting => (string[])["-c", setting])])
        {
            // SIGTERM would wait for every client to leave by itself.
            StopSignal = Signal.Int,
            OrphanSignal = Signal.Int,
            Unprivileged = true,
            OwnFolder = data,
        };
    }
}
