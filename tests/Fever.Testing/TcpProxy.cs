using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace Fever.Testing;

/// <summary>A proxy between a service and a server, with which a test can cut the connection, make the server hang, or add TLS.</summary>
public sealed class TcpProxy : IDisposable
{
    private readonly string _host;
    private readonly int _serverPort;
    private readonly int _port;
    private readonly X509Certificate2? _certificate;
    private readonly Lock _gate = new();
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private CancellationTokenSource _open = new();
    private volatile bool _isHanging;
    private volatile int _delay;
    private volatile int _held;
    private long _allowed = long.MaxValue;
    private TaskCompletionSource _allowedMore = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TcpProxy(string host, int serverPort, Func<int, string> connectionString, X509Certificate2? certificate = null)
    {
        (_host, _serverPort, _certificate) = (host, serverPort, certificate);
        Listen();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ConnectionString = connectionString(_port);
    }

    /// <summary>The server's connection string, with the address of the proxy.</summary>
    public string ConnectionString { get; }

    public static TcpProxy ToPostgres(string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        return new TcpProxy(server.Host!, server.Port, port =>
            new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = port }.ConnectionString);
    }

    public static TcpProxy ToRedis(string configuration)
    {
        var (host, serverPort, options) = Parts(configuration);
        return new TcpProxy(host, serverPort, port => $"127.0.0.1:{port}{options}");
    }

    /// <summary>Speaks TLS, with this certificate for <c>localhost</c>, to its clients only.</summary>
    public static TcpProxy ToRedisOverTls(string configuration, X509Certificate2 certificate)
    {
        var (host, serverPort, options) = Parts(configuration);
        return new TcpProxy(host, serverPort, port => $"localhost:{port}{options},ssl=true", certificate);
    }

    /// <summary>Ends every connection, and refuses new ones.</summary>
    public void Cut()
    {
        _listener.Stop();
        _open.Cancel();
    }

    /// <summary>Goes on accepting connections, but forwards nothing any more.</summary>
    public void Hang() => _isHanging = true;

    /// <summary>Forwards everything after a delay.</summary>
    public void SlowDown(TimeSpan delay) => _delay = (int)delay.TotalMilliseconds;

    /// <summary>Holds back what the server sends after so many more bytes, until more are allowed.</summary>
    public void Allow(long bytes)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            _allowed = bytes;
            (before, _allowedMore) = (_allowedMore, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        before.SetResult();
    }

    /// <summary>Whether the server has sent something that is held back.</summary>
    public bool IsHolding => _held > 0;

    /// <summary>Ends a cut, a hang or a delay, and closes every connection that is still open.</summary>
    public void Restore()
    {
        Cut();
        Allow(long.MaxValue);
        _isHanging = false;
        _delay = 0;
        _listener = new TcpListener(IPAddress.Loopback, _port);
        Listen();
    }

    public void Dispose() => Cut();

    private static (string Host, int Port, string Options) Parts(string redis)
    {
        var address = redis.Split(',')[0].Split(':');
        return (address[0], int.Parse(address[1], CultureInfo.InvariantCulture), redis[redis.IndexOf(',', StringComparison.Ordinal)..]);
    }

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
            await using var stream = await AcceptTlsAsync(client.GetStream(), closed);
            await Task.WhenAny(
                PumpAsync(stream, server.GetStream(), Task.FromResult, closed),
                PumpAsync(server.GetStream(), stream, wanted => TakeAllowedAsync(wanted, closed), closed));
        }
    }

    private async Task<Stream> AcceptTlsAsync(NetworkStream client, CancellationToken closed)
    {
        if (_certificate is null)
        {
            return client;
        }

        var tls = new SslStream(client);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, closed);
        return tls;
    }

    private async Task PumpAsync(Stream from, Stream to, Func<int, Task<int>> take, CancellationToken closed)
    {
        var buffer = new byte[8192];
        int length;
        while ((length = await from.ReadAsync(buffer, closed)) > 0)
        {
            if (_delay > 0)
            {
                await Task.Delay(_delay, closed);
            }

            for (var sent = 0; sent < length && !_isHanging;)
            {
                var count = await take(length - sent);
                await to.WriteAsync(buffer.AsMemory(sent, count), closed);
                sent += count;
            }
        }
    }

    private async Task<int> TakeAllowedAsync(int wanted, CancellationToken closed)
    {
        while (true)
        {
            Task allowedMore;
            lock (_gate)
            {
                var count = (int)Math.Min(wanted, _allowed);
                _allowed -= count;
                if (count > 0)
                {
                    return count;
                }

                allowedMore = _allowedMore.Task;
            }

            Interlocked.Increment(ref _held);
            try
            {
                await allowedMore.WaitAsync(closed);
            }
            finally
            {
                Interlocked.Decrement(ref _held);
            }
        }
    }
}
