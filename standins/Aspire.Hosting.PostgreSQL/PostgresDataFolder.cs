using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>
/// One server's folder: <c>data</c> (the cluster), <c>password</c> and <c>lock</c>. Password and data stay together, so that they
/// always match; an empty folder is a fresh database.
/// </summary>
internal sealed class PostgresDataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly FolderLock _lock;

    private PostgresDataFolder(string path, bool isDurable, FolderLock @lock)
    {
        _lock = @lock;
        Path = path;
        IsDurable = isDurable;
        Password = ReadOrCreatePassword();
    }

    public string Path { get; }

    /// <summary>Whether the data are to survive a crash of the machine; those of a test are not.</summary>
    public bool IsDurable { get; }

    public string Password { get; }

    public string Cluster => In("data");

    public string PasswordFile => In("password");

    /// <summary>Null: there is no cluster yet.</summary>
    public int? Version => File.Exists(System.IO.Path.Combine(Cluster, "PG_VERSION"))
        ? int.Parse(File.ReadAllText(System.IO.Path.Combine(Cluster, "PG_VERSION")))
        : null;

    public static PostgresDataFolder Open(PostgresServerResource server, AppRun run)
    {
        var isDurable = server.Volume is not null;
        var path = isDurable
            ? Directory.CreateDirectory(System.IO.Path.Combine(run.DataFolder, server.Volume!)).FullName
            : run.CreateTemporaryFolder(server.Name);
        return FolderLock.TryTake(path) is { } taken
            ? new PostgresDataFolder(path, isDurable, taken)
            : throw new DistributedApplicationException($"{server.Name} cannot start: another application is using the data in {path}. Stop it, or set DATA_DIR to another folder.");
    }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _lock.Dispose();

    private string ReadOrCreatePassword()
    {
        if (!File.Exists(PasswordFile) || new FileInfo(PasswordFile).Length == 0)
        {
            if (Version is not null)
            {
                throw new DistributedApplicationException($"The data in {Path} have lost their password file: put it back, or empty the folder for a fresh database.");
            }

            // Letters and digits only: it goes into connection strings and URIs.
            using var file = new StreamWriter(PasswordFile, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            file.Write(RandomNumberGenerator.GetString("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 24));
        }

        return File.ReadAllText(PasswordFile).Trim();
    }
}
