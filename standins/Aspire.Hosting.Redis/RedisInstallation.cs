using System.Text.RegularExpressions;

namespace Aspire.Hosting.Running;

/// <summary>A server program that speaks the Redis protocol: an installed Redis or Valkey, else Garnet from the package cache.</summary>
internal sealed partial record RedisInstallation(string Program, bool IsGarnet)
{
    private const int Oldest = 7;

    public static async Task<RedisInstallation> FindAsync(ProcessLauncher launcher, string resource, CancellationToken cancellationToken)
    {
        foreach (var program in ((string[])["redis-server", "valkey-server"]).Select(command => Tools.Find(command)).OfType<string>())
        {
            var (_, output) = await launcher.RunAsync(new() { FileName = program, Arguments = ["--version"] }, cancellationToken);
            if (Version().Match(output) is { Success: true } match && int.Parse(match.Groups[1].Value) >= Oldest)
            {
                return new(program, IsGarnet: false);
            }
        }

        return File.Exists(Tools.GarnetServer)
            ? new(Tools.GarnetServer, IsGarnet: true)
            : throw new DistributedApplicationException($"{resource} cannot start: {Tools.GarnetServer} is missing. Run `make setup`, or install Redis {Oldest} or later.");
    }

    public ProcessSpec Server(string settings, string folder) => IsGarnet
        ? new()
        {
            FileName = Tools.DotNet,
            Arguments = [Program, "--config-import-path", settings, "--config-import-format", "RedisConf", "--auth", "Password", "--memory", "64m", "--index", "8m", "-q"],
            WorkingDirectory = folder,
            // The server collector would take a heap for each core.
            Environment = new Dictionary<string, string>(ProcessEnvironment.Inherited()) { ["DOTNET_gcServer"] = "0" },
        }
        : new() { FileName = Program, Arguments = [settings, "--save", "", "--appendonly", "no", "--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru"], WorkingDirectory = folder };

    [GeneratedRegex(@"v=(\d+)\.")]
    private static partial Regex Version();
}
