using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An installed Redis or Valkey, else Garnet from the package cache.</summary>
public class RedisResource : Resource, IProcessResource, IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport, IResourceWithConnectionString, IConnectionParts
{
    private readonly string _password = RandomNumberGenerator.GetHexString(24, lowercase: true);
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
        _folder = TemporaryFolder.Create(app);
        if (!File.Exists(Tools.GarnetServer) && await app.Launcher.LocateAsync("redis") is null)
        {
            throw new DistributedApplicationException($"{Name} cannot start: there is neither Redis 7 or later nor {Tools.GarnetServer}. Restore the packages (dotnet restore), or install Redis.");
        }

        // In a file of a private folder: everyone on the machine can read a command line.
        await File.WriteAllLinesAsync(Path.Combine(_folder, "redis.conf"), [$"port {Port}", $"requirepass {_password}"]);
    }

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app) =>
        Task.FromResult(new ProcessSpec("sh", [Path.Combine(Tools.StandInsFolder, "redis.sh"), _folder, Tools.DotNet, Tools.GarnetServer]) { WorkingDirectory = _folder });

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
}
