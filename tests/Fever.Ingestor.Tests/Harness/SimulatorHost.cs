using System.Net.Sockets;
using System.Text;
using Fever.ProviderSimulator.Catalogues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fever.Ingestor.Tests.Harness;

/// <summary>The real simulator on a socket, seen by a client that follows, unpacks and retries nothing.</summary>
internal sealed class SimulatorHost : WebApplicationFactory<BasePlan>
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private int _underWay;

    public SimulatorHost()
    {
        UseKestrel();
        StartServer();
    }

    public ManualTime Time { get; } = new();

    /// <summary>Requests that the simulator is still busy with.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    public Uri Address(string query) => new(ClientOptions.BaseAddress, $"/feed?{query}");

    /// <summary>Returns as soon as the headers are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(string query, CancellationToken cancellationToken = default, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(query));
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await _http.SendAsync(request, cancellationToken);
    }

    public async Task<byte[]> BytesAsync(string query)
    {
        using var response = await SendAsync(query);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    public async Task<string> TextAsync(string query) => Encoding.UTF8.GetString(await BytesAsync(query));

    /// <summary>Everything that comes over a bare connection, and how it ends.</summary>
    public async Task<(string Received, SocketError End)> RawAsync(string query)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(ClientOptions.BaseAddress.Host, ClientOptions.BaseAddress.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /feed?{query} HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n\r\n"));
        var received = new StringBuilder();
        var buffer = new byte[8192];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var length)
            {
                received.Append(Encoding.Latin1.GetString(buffer, 0, length));
            }

            return (received.ToString(), SocketError.Success);
        }
        catch (SocketException exception)
        {
            return (received.ToString(), exception.SocketErrorCode);
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // UseKestrel(0) sets the port only after the entry point has begun to run, which may listen on 5000 by then.
        builder.UseUrls("http://127.0.0.1:0");
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services => services
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IStartupFilter>(new Counting(this)));
    }

    protected override void Dispose(bool disposing)
    {
        _http.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Counting(SimulatorHost host) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, proceed) =>
            {
                Interlocked.Increment(ref host._underWay);
                try
                {
                    await proceed(context);
                }
                finally
                {
                    Interlocked.Decrement(ref host._underWay);
                }
            });
            next(app);
        };
    }
}
