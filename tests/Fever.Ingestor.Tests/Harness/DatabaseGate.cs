using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Fever.Ingestor.Tests.Harness;

/// <summary>Stands between the Ingestor and its database: closed it refuses connections and breaks those there are.</summary>
internal sealed class DatabaseGate : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly int _port;
    private CancellationTokenSource _open = new();
    private Task _accepting = Task.CompletedTask;

    /// <summary>Reserves a port and leaves the gate closed.</summary>
    public DatabaseGate(string database)
    {
        _server = new NpgsqlConnectionStringBuilder(database);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        ConnectionString = new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = _port }.ConnectionString;
    }

    /// <summary>The database through the gate.</summary>
    public string ConnectionString { get; }

    public void Open()
    {
        var listener = new TcpListener(IPAddress.Loopback, _port);
        listener.Start();
        _open = new CancellationTokenSource();
        _accepting = AcceptAsync(listener, _open.Token);
    }

    public async Task CloseAsync()
    {
        await _open.CancelAsync();
        await _accepting;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _open.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken closed)
    {
        var connections = new List<Task>();
        using (listener)
        {
            while (!closed.IsCancellationRequested)
            {
                try
                {
                    connections.Add(ForwardAsync(await listener.AcceptTcpClientAsync(closed), closed));
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }
        }

        await Task.WhenAll(connections);
    }

    private async Task ForwardAsync(TcpClient client, CancellationToken closed)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(_server.Host!, _server.Port, closed);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), closed),
                    server.GetStream().CopyToAsync(client.GetStream(), closed));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Either side may go at any time.
            }
        }
    }
}
