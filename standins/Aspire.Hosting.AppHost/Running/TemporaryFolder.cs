namespace Aspire.Hosting.Running;

/// <summary>A private folder under the system's temporary one. Folders of applications that were killed are removed by the next one.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Prefix = "aspire-standin-";
    private readonly FolderLock _lock;

    public TemporaryFolder()
    {
        Sweep();
        Path = Directory.CreateTempSubdirectory(Prefix).FullName;
        _lock = FolderLock.TryTake(Path)!;
    }

    public string Path { get; }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        _lock.Dispose();
    }

    private static void Sweep()
    {
        foreach (var folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*").Where(FolderLock.Exists))
        {
            try
            {
                using var abandoned = FolderLock.TryTake(folder);
                if (abandoned is not null)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another application is sweeping it too.
            }
        }
    }
}

/// <summary>Keeps two applications out of one folder. The kernel lets go of it whatever way the holder dies.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static bool Exists(string folder) => File.Exists(FileIn(folder));

    /// <summary>Null: another application holds it.</summary>
    public static FolderLock? TryTake(string folder)
    {
        try
        {
            return new FolderLock(new FileStream(FileIn(folder), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string FileIn(string folder) => Path.Combine(folder, "lock");
}
