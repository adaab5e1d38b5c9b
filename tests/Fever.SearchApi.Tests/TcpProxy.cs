using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Fever.SearchApi.Tests;

/// <summary>Stands between a replica and a server so that a test can take the server away, or make it hang.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;
    private volatile State _state = State.Forwarding;

    public TcpProxy(string host, int port)
    {
        _listener.Start();
        _accepting = AcceptAsync(host, port);
    }

    private enum State
    {
        Forwarding,
        Cut,
        Hanging,
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends every connection, and each new one at once.</summary>
    public void Cut()
    {
        _state = State.Cut;
        CloseConnections();
    }

    /// <summary>Goes on accepting, and passes nothing on any more.</summary>
    public void Hang() => _state = State.Hanging;

    public void Restore()
    {
        CloseConnections();
        _state = State.Forwarding;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        CloseConnections();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync(string host, int port)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _connections.Add(client);
                if (_state == State.Cut)
                {
                    client.Close();
                    continue;
                }

                var server = new TcpClient();
                _connections.Add(server);
                await server.ConnectAsync(host, port, _stopping.Token);
                _ = PumpAsync(client.GetStream(), server.GetStream());
                _ = PumpAsync(server.GetStream(), client.GetStream());
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[8192];
        try
        {
            int length;
            while ((length = await from.ReadAsync(buffer, _stopping.Token)) > 0)
            {
                if (_state == State.Forwarding)
                {
                    await to.WriteAsync(buffer.AsMemory(0, length), _stopping.Token);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection has ended.
        }
        finally
        {
            from.Close();
            to.Close();
        }
    }

    private void CloseConnections()
    {
        while (_connections.TryTake(out var connection))
        {
            connection.Close();
        }
    }
}
