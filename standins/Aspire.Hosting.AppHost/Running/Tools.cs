using System.Reflection;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>Where the programs are.</summary>
internal static class Tools
{
    /// <summary>The folder of the stand-ins, which is also where `make setup` puts what it fetches.</summary>
    public static string StandInsFolder { get; } = Metadata("StandInsFolder");

    public static string GarnetServer { get; } = Metadata("GarnetServer");

    /// <summary>The `dotnet` this very process runs on.</summary>
    public static string DotNet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>The full path of a command, looked for like a shell does.</summary>
    public static string? Find(string command, string workingDirectory = "/") => command.Contains('/')
        ? Existing(Path.GetFullPath(command, workingDirectory))
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Existing(Path.Combine(folder, command)))
            .FirstOrDefault(path => path is not null);

    private static string? Existing(string path) => File.Exists(path) ? path : null;

    private static string Metadata(string key) =>
        typeof(Tools).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == key).Value!;
}
