using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

public class RedisResource : ContainerResource, IProcessResource, IResourceWithConnectionString, IConnectionParts
{
    private readonly ParameterResource? _password;
    private RedisInstallation? _installation;

    internal RedisResource(string name, int? port, ParameterResource? password)
        : base(name)
    {
        _password = password;
        Annotations.Add(new EndpointAnnotation { Name = "tcp", UriScheme = "tcp", Port = port });
        Annotations.Add(new HealthProbeAnnotation((_, cancellationToken) => AnswersPingAsync(cancellationToken)));
    }

    IEnumerable<(string Name, string Value)> IConnectionParts.Parts =>
    [
        ("HOST", PrimaryEndpoint.Host),
        ("PORT", $"{PrimaryEndpoint.Port}"),
        ("PASSWORD", Password),
        ("URI", $"redis://:{Uri.EscapeDataString(Password)}@{PrimaryEndpoint.Host}:{PrimaryEndpoint.Port}"),
    ];

    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    private string Password { get; set; } = RandomNumberGenerator.GetHexString(24, lowercase: true);

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        new($"{PrimaryEndpoint.Host}:{PrimaryEndpoint.Port},password={Password}");

    async Task IProcessResource.PrepareAsync(AppRun run, CancellationToken cancellationToken)
    {
        _installation = await RedisInstallation.FindAsync(run.Launcher, Name, cancellationToken);
        if (_password is not null)
        {
            Password = await _password.GetValueAsync(cancellationToken) ?? "";
        }
    }

    async Task<ProcessSpec> IProcessResource.DescribeAsync(AppRun run, CancellationToken cancellationToken)
    {
        var folder = run.CreateTemporaryFolder(Name);
        var settings = Path.Combine(folder, "redis.conf");
        // In a file of a private folder: a command line can be read by everyone on the machine.
        await File.WriteAllLinesAsync(settings, ["bind 127.0.0.1", $"port {PrimaryEndpoint.Port}", $"requirepass {Password}"], cancellationToken);
        return _installation!.Server(settings, folder);
    }

    private async Task<bool> AnswersPingAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", PrimaryEndpoint.Port, cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"*2\r\n$4\r\nAUTH\r\n${Encoding.UTF8.GetByteCount(Password)}\r\n{Password}\r\n*1\r\n$4\r\nPING\r\n"), cancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(cancellationToken) == "+OK" && await reader.ReadLineAsync(cancellationToken) == "+PONG";
    }
}
