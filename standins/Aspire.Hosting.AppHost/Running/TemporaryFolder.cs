namespace Aspire.Hosting.Running;

/// <summary>Folders named after the process that uses them, so that those left behind by a killed one can be told and removed.</summary>
internal static class TemporaryFolder
{
    private const string Prefix = "aspire-standin-";

    public static string Create(AppRunner app)
    {
        Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*").Where(folder => !Directory.Exists($"/proc/{folder.Split('-')[^2]}")).ToList().ForEach(Delete);
        var folder = Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;
        app.AtEnd(() => Delete(folder));
        return folder;
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another user's, or being removed by another application already.
        }
    }
}
