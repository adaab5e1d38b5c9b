using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;

// Span sources belong to the process: a service would keep the spans of every other test's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Fever.ServiceDefaults.Tests;

/// <summary>A service with the defaults and some endpoints, on Kestrel, that keeps the spans it would export.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly WebApplication _app;

    private TestService(WebApplication app) => _app = app;

    /// <summary>A caller from outside: its calls leave no client span here.</summary>
    public HttpClient Client => CreateClient("outside");

    /// <summary>The service itself as a caller.</summary>
    public HttpClient TracedClient => CreateClient("");

    public string Address => _app.Urls.Single();

    public IReadOnlyCollection<Activity> Spans => _spans;

    public static async Task<TestService> StartAsync(Action<WebApplication> map, Action<WebApplicationBuilder>? configure = null, bool isPublic = false)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        configure?.Invoke(builder);
        builder.AddServiceDefaults(isPublic);
        builder.Services.AddHttpClient("outside").ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { ActivityHeadersPropagator = null });

        TestService? service = null;
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing
            .AddProcessor(new SimpleActivityExportProcessor(new Exporter(span => service!._spans.Enqueue(span)))));

        service = new TestService(builder.Build());
        service._app.MapDefaultEndpoints();
        map(service._app);
        await service._app.StartAsync();
        return service;
    }

    /// <summary>A server span ends shortly after the client has received the response.</summary>
    public async Task<Activity> ServerSpanAsync(string path)
    {
        await UntilAsync(() => Find() is not null);
        return Find()!;

        Activity? Find() => _spans.FirstOrDefault(span => span.Kind == ActivityKind.Server && (string?)span.GetTagItem("url.path") == path);
    }

    /// <summary>Waits for at least so many; an unexpected extra one has had the same time to arrive.</summary>
    public Task HasSpansAsync(int count) => UntilAsync(() => _spans.Count >= count);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private HttpClient CreateClient(string name)
    {
        var client = _app.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        client.BaseAddress = new Uri(Address);
        return client;
    }

    private sealed class Exporter(Action<Activity> export) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                export(span);
            }

            return ExportResult.Success;
        }
    }
}
