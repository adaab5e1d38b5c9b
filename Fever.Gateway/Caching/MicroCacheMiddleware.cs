using Fever.Gateway.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Fever.Gateway.Caching;

/// <summary>Serves hot requests from <see cref="MicroCache"/>, before any other middleware runs.</summary>
internal sealed class MicroCacheMiddleware(
    RequestDelegate next,
    MicroCache cache,
    TimeProvider time,
    GatewayMetrics metrics,
    IOptions<MicroCacheOptions> options)
{
    private readonly Doorkeeper _doorkeeper = new();
    private readonly int _maxResponseSize = options.Value.MaxResponseSize;

    // Not async: hits and first requests then cost no state machine.
    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return next(context);
        }

        var key = new CacheKey(context);
        var now = time.GetTimestamp();
        if (cache.Find(key, now, context.Request.Headers.IfNoneMatch) is { } response)
        {
            metrics.Hit();
            return response.WriteAsync(context);
        }

        return _doorkeeper.HasSeen(key) ? CaptureAsync(context, key, now) : next(context);
    }

    private async Task CaptureAsync(HttpContext context, CacheKey key, long requestedAt)
    {
        var responseBody = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new ResponseCapture(context.Response, responseBody, _maxResponseSize, Store));
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(responseBody);
        }

        if (ResponseCapture.IsStorableNotModified(context.Response))
        {
            Store(null);
        }

        void Store(byte[]? body)
        {
            metrics.Missed();
            cache.Add(key, new StoredResponse(context, body, requestedAt));
        }
    }
}
