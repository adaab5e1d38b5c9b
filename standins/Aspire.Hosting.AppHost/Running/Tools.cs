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
    public static string DotNet { get; } = Path.GetFullPath("../../../dotnet", RuntimeEnvironment.GetRuntimeDirectory());

    /// <summary>The full path of a command, looked for like a shell does.</summary>
    public static string? Find(string command, string workingDirectory = "/") =>
        (command.Contains('/') ? [workingDirectory] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            .Select(folder => Path.GetFullPath(Path.Combine(folder, command)))
            .FirstOrDefault(File.Exists);

    public static void RequirePlatform()
    {
        if (!OperatingSystem.IsLinux() || Find("setpriv") is null || Find("setsid") is null)
        {
            throw new DistributedApplicationException("The stand-in AppHost needs Linux with setpriv and setsid (package util-linux); elsewhere use the real Aspire (-p:UseStandIns=false).");
        }
    }

    private static string Metadata(string key) =>
        typeof(Tools).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == key).Value!;
}
