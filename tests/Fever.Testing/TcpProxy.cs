using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Fever.Testing;

/// <summary>Stands between a service and a server so that a test can take the server away, or make it hang.</summary>
public sealed class TcpProxy : IDisposable
{
    private readonly string _host;
    private readonly int _serverPort;
    private readonly int _port;
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private CancellationTokenSource _open = new();
    private volatile bool _isHanging;
    private volatile int _delay;

    private TcpProxy(string host, int serverPort, Func<int, string> connectionString)
    {
        (_host, _serverPort) = (host, serverPort);
        Listen();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ConnectionString = connectionString(_port);
    }

    /// <summary>The server's, through the proxy.</summary>
    public string ConnectionString { get; }

    public static TcpProxy ToPostgres(string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        return new TcpProxy(server.Host!, server.Port, port =>
            new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = port }.ConnectionString);
    }

    public static TcpProxy ToRedis(string configuration)
    {
        var address = configuration.Split(',')[0].Split(':');
        var options = configuration[configuration.IndexOf(',', StringComparison.Ordinal)..];
        return new TcpProxy(address[0], int.Parse(address[1], CultureInfo.InvariantCulture), port => $"127.0.0.1:{port}{options}");
    }

    /// <summary>Ends every connection, and refuses new ones.</summary>
    public void Cut()
    {
        _listener.Stop();
        _open.Cancel();
    }

    /// <summary>Goes on accepting, and passes nothing on any more.</summary>
    public void Hang() => _isHanging = true;

    /// <summary>Passes on everything, but late.</summary>
    public void SlowDown(TimeSpan delay) => _delay = (int)delay.TotalMilliseconds;

    /// <summary>Ends a cut, a hang or a slow time, and every connection that there still was.</summary>
    public void Restore()
    {
        Cut();
        _isHanging = false;
        _delay = 0;
        _listener = new TcpListener(IPAddress.Loopback, _port);
        Listen();
    }

    public void Dispose() => Cut();

    private void Listen()
    {
        _listener.Start();
        _open = new CancellationTokenSource();
        _ = AcceptAsync(_listener, _open.Token);
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken closed)
    {
        while (true)
        {
            _ = ForwardAsync(await listener.AcceptTcpClientAsync(closed), closed);
        }
    }

    private async Task ForwardAsync(TcpClient client, CancellationToken closed)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(_host, _serverPort, closed);
            await Task.WhenAny(
                PumpAsync(client.GetStream(), server.GetStream(), closed),
                PumpAsync(server.GetStream(), client.GetStream(), closed));
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, CancellationToken closed)
    {
        var buffer = new byte[8192];
        int length;
        while ((length = await from.ReadAsync(buffer, closed)) > 0)
        {
            if (_delay > 0)
            {
                await Task.Delay(_delay, closed);
            }

            if (!_isHanging)
            {
                await to.WriteAsync(buffer.AsMemory(0, length), closed);
            }
        }
    }
}
