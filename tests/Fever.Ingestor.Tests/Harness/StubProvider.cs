using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fever.Ingestor.Tests.Harness;

/// <summary>A provider that answers whatever a test says, over a real socket.</summary>
internal sealed class StubProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubProvider(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.First()}/feed";

    public RequestDelegate Answer { get; set; } = context => Task.CompletedTask;

    public static async Task<StubProvider> StartAsync(params string[] basePlans)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var provider = new StubProvider(app);
        app.Map("/feed", context => provider.Answer(context));
        await app.StartAsync();
        provider.Serve(basePlans);
        return provider;
    }

    public void Serve(params string[] basePlans) => ServeDocument(PlanList.Document(basePlans));

    public void ServeDocument(string document) => Answer = context => context.Response.WriteAsync(document);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
