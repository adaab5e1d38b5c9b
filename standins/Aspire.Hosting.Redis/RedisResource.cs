using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An installed Redis or Valkey, else Garnet from the package cache.</summary>
public partial class RedisResource : Resource, IProcessResource, IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport, IResourceWithConnectionString, IConnectionParts
{
    private const int Oldest = 7;
    private readonly string _password = RandomNumberGenerator.GetHexString(24, lowercase: true);
    private string? _installed;
    private string _folder = "";

    internal RedisResource(string name, int? port)
        : base(name)
    {
        Annotations.Add(new EndpointAnnotation { Name = "tcp", UriScheme = "tcp", Port = port });
        Annotations.Add(new HealthProbeAnnotation($"{name}_check", PingAsync));
    }

    private int Port => new EndpointReference(this, "tcp").Port;

    IEnumerable<(string Name, string Value)> IConnectionParts.Parts =>
    [
        ("HOST", "localhost"),
        ("PORT", $"{Port}"),
        ("PASSWORD", _password),
        ("URI", $"redis://:{_password}@localhost:{Port}"),
    ];

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        new($"localhost:{Port},password={_password}");

    async Task IProcessResource.PrepareAsync(AppRunner app)
    {
        _installed = await FindInstalledAsync(app.Launcher);
        _folder = TemporaryFolder.Create(app);
        if (_installed is null && !File.Exists(Tools.GarnetServer))
        {
            throw new DistributedApplicationException($"{Name} cannot start: there is neither Redis {Oldest} or later nor {Tools.GarnetServer}. Restore the packages (dotnet restore), or install Redis.");
        }
    }

    async Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app)
    {
        // In a file of a private folder: everyone on the machine can read a command line.
        var settings = Path.Combine(_folder, "redis.conf");
        await File.WriteAllLinesAsync(settings, [$"port {Port}", $"requirepass {_password}"]);
        return _installed is null
            ? new(Tools.DotNet, [Tools.GarnetServer, "--config-import-path", settings, "--config-import-format", "RedisConf", "--auth", "Password", "--bind", "127.0.0.1", "--memory", "64m", "--index", "8m", "-q"])
            {
                WorkingDirectory = _folder,
                Environment = new Dictionary<string, string>(ProcessEnvironment.Inherited())
                {
                    // The server collector would take a heap for each core.
                    ["DOTNET_gcServer"] = "0",
                    // Its idle threads would spin on cores that others need, for longer than a command takes.
                    ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
                },
            }
            : new(_installed, [settings, "--bind", "127.0.0.1", "--save", "", "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"]) { WorkingDirectory = _folder };
    }

    private static async Task<string?> FindInstalledAsync(ProcessLauncher launcher)
    {
        foreach (var program in ((string[])["redis-server", "valkey-server"]).Select(command => Tools.Find(command)).OfType<string>())
        {
            var (_, output) = await launcher.RunAsync(new(program, ["--version"]));
            if (Version().Match(output) is { Success: true } match && int.Parse(match.Groups[1].Value) >= Oldest)
            {
                return program;
            }
        }

        return null;
    }

    private async Task<HealthCheckResult> PingAsync(AppRunner app, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", Port, cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"*2\r\n$4\r\nAUTH\r\n${_password.Length}\r\n{_password}\r\n*1\r\n$4\r\nPING\r\n"), cancellationToken);
        using var reader = new StreamReader(stream);
        var answer = $"{await reader.ReadLineAsync(cancellationToken)}{await reader.ReadLineAsync(cancellationToken)}";
        return answer == "+OK+PONG" ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"The server answered {answer}");
    }

    [GeneratedRegex(@"v=(\d+)\.")]
    private static partial Regex Version();
}
