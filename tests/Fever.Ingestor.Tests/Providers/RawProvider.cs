using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>A provider that sends any bytes, for what a web server would not send.</summary>
internal sealed class RawProvider : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closed = new();
    private readonly Func<Exchange, Task> _respond;
    private readonly X509Certificate2? _certificate;

    public RawProvider(Func<Exchange, Task> respond, string address = "127.0.0.1", X509Certificate2? certificate = null)
    {
        (_respond, _certificate) = (respond, certificate);
        _listener = new TcpListener(IPAddress.Parse(address), 0);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The head of each request so far.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://{_listener.LocalEndpoint}/feed";

    /// <summary>Responds 200 with these header lines and this body, and closes the connection.</summary>
    public static RawProvider Responding(string body, params string[] headers) => new(exchange => exchange.RespondAsync(body, headers));

    public static RawProvider Responding(byte[] body, params string[] headers) => new(exchange => exchange.RespondAsync(body, headers));

    /// <summary>Responds with this status and no body.</summary>
    public static RawProvider RespondingWith(string status, params string[] headers) => new(exchange => exchange.SendAsync($"HTTP/1.1 {status}\r\n{Lines([.. headers, "Content-Length: 0"])}\r\n"));

    public void Dispose()
    {
        _closed.Cancel();
        _listener.Stop();
        _closed.Dispose();
    }

    private static string Lines(string[] headers) => string.Concat(headers.Select(header => $"{header}\r\n"));

    private async Task AcceptAsync()
    {
        var closed = _closed.Token;
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptSocketAsync(closed), closed);
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken closed)
    {
        await using var network = new NetworkStream(socket, ownsSocket: true);
        await using var stream = await SecureAsync(network);
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(buffer, closed) == 0)
            {
                return;
            }

            head.Append((char)buffer[0]);
        }

        Requests.Enqueue(head.ToString());
        await _respond(new Exchange(socket, stream, Requests.Count, closed));
    }

    private async Task<Stream> SecureAsync(NetworkStream network)
    {
        if (_certificate is null)
        {
            return network;
        }

        var tls = new SslStream(network);
        await tls.AuthenticateAsServerAsync(_certificate);
        return tls;
    }

    /// <summary>One request, its number, and where to send the response; the connection closes at the end of it.</summary>
    internal sealed record Exchange(Socket Socket, Stream Stream, int Number, CancellationToken Closed)
    {
        public Task RespondAsync(string body, params string[] headers) => RespondAsync(Encoding.UTF8.GetBytes(body), headers);

        public async Task RespondAsync(byte[] body, params string[] headers)
        {
            await SendAsync($"HTTP/1.1 200 OK\r\n{Lines([.. headers, "Connection: close"])}\r\n");
            await Stream.WriteAsync(body, Closed);
        }

        public async Task SendAsync(string text) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text), Closed);

        public Task RedirectAsync(string? location, int status = 302) =>
            SendAsync($"HTTP/1.1 {status} There\r\n{(location is null ? "" : $"Location: {location}\r\n")}Content-Length: 0\r\n\r\n");

        public Task HangAsync() => Task.Delay(Timeout.Infinite, Closed);

        /// <summary>Ends the connection with an RST.</summary>
        public void Reset()
        {
            Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            Socket.Close();
        }
    }
}
