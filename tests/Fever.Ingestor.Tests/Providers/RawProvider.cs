using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>A provider down to its bytes, for what a web server refuses to do.</summary>
internal sealed class RawProvider : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closed = new();
    private readonly Func<Exchange, Task> _answer;
    private readonly X509Certificate2? _certificate;

    public RawProvider(Func<Exchange, Task> answer, string address = "127.0.0.1", X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener = new TcpListener(IPAddress.Parse(address), 0);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The head of each request so far.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://{_listener.LocalEndpoint}/feed";

    /// <summary>Answers with these header lines and this body, and closes the connection.</summary>
    public static RawProvider Answering(string body, params string[] headers) => new(exchange => exchange.AnswerAsync(body, headers));

    public static RawProvider Answering(byte[] body, params string[] headers) => new(exchange => exchange.AnswerAsync(body, headers));

    public static RawProvider Refusing(string status, params string[] headers) => new(exchange => exchange.SendAsync($"HTTP/1.1 {status}\r\n{Lines([.. headers, "Content-Length: 0"])}\r\n"));

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
        await _answer(new Exchange(socket, stream, Requests.Count, closed));
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

    /// <summary>One request, the how-manieth, and what goes back; the connection closes when the answer is done.</summary>
    internal sealed record Exchange(Socket Socket, Stream Stream, int Number, CancellationToken Closed)
    {
        public Task AnswerAsync(string body, params string[] headers) => AnswerAsync(Encoding.UTF8.GetBytes(body), headers);

        public async Task AnswerAsync(byte[] body, params string[] headers)
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
