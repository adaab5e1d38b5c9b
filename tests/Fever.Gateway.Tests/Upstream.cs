using System.Collections.Concurrent;
using System.Net;
using Fever.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Fever.Gateway.Tests;

/// <summary>A replica that responds, or fails, as a test requires. It is healthy by default.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();

    private Upstream(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Method and raw target of the requests, without health probes.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public bool Healthy { get; set; } = true;

    /// <summary>A replica that speaks HTTP.</summary>
    public static Task<Upstream> StartAsync(RequestDelegate response, Action<HttpRequest>? onProbe = null) =>
        StartAsync(response, onProbe ?? (_ => { }), listen => listen.Protocols = HttpProtocols.Http2);

    /// <summary>A replica whose connections the test handles.</summary>
    public static Task<Upstream> StartRawAsync(Func<ConnectionContext, Task> connection) =>
        StartAsync(_ => Task.CompletedTask, _ => { }, listen => listen.Run(connection));

    /// <summary>Responds like a replica that dies during a request.</summary>
    public static Task AbortAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Closes the listener and every connection, as a killed process does.</summary>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<Upstream> StartAsync(RequestDelegate response, Action<HttpRequest> onProbe, Action<ListenOptions> listen)
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen));
        var upstream = new Upstream(builder.Build());
        upstream._app.Run(context => upstream.RespondAsync(context, response, onProbe));
        await upstream._app.StartAsync();
        return upstream;
    }

    private Task RespondAsync(HttpContext context, RequestDelegate response, Action<HttpRequest> onProbe)
    {
        if (context.Request.Path == "/health")
        {
            onProbe(context.Request);
            context.Response.StatusCode = Healthy ? 200 : 503;
            return Task.CompletedTask;
        }

        _requests.Enqueue($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}");
        return response(context);
    }
}
