using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fever.Bench;

/// <summary>What the provider answers.</summary>
/// <param name="File">The feed.</param>
internal sealed record Offer(string File)
{
    public string? ETag { get; init; }

    /// <summary>Whether a known ETag is answered with 304.</summary>
    public bool IsHonoured { get; init; } = true;

    /// <summary>Whether the last bytes come when all others have been read for long.</summary>
    public bool IsLastLate { get; init; }
}

/// <summary>A provider in this process that sends a file.</summary>
internal sealed class FeedServer : IAsyncDisposable
{
    // Less than any buffer on the way, so that it arrives as it is sent.
    private const int LastBytes = 64;
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private FeedServer(WebApplication app) => _app = app;

    public required Offer Offer { get; set; }

    public DateTimeOffset LastByteAt { get; private set; }

    public string Url => $"{_app.Urls.Single()}/feed";

    public static async Task<FeedServer> StartAsync(Offer offer, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new FeedServer(app) { Offer = offer };
        app.MapGet("/feed", server.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var offer = Offer;
        context.Response.Headers.ETag = offer.ETag;
        if (offer is { ETag: not null, IsHonoured: true } && context.Request.Headers.IfNoneMatch == offer.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var length = new FileInfo(offer.File).Length;
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = length;
        await context.Response.SendFileAsync(offer.File, 0, length - LastBytes, context.RequestAborted);
        if (offer.IsLastLate)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Lateness, context.RequestAborted);
        }

        LastByteAt = TimeProvider.System.GetUtcNow();
        await context.Response.SendFileAsync(offer.File, length - LastBytes, LastBytes, context.RequestAborted);
    }
}
