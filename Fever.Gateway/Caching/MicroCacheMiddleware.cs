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
    private readonly TimeSpan _maxWait = options.Value.MaxWait;

    // Not async: hits and first requests then cost no state machine.
    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || context.Request.Headers.IfMatch.Count > 0)
        {
            return next(context);
        }

        var key = CacheKey.Raw(context);
        var now = time.GetTimestamp();
        var stored = cache.Find(key);
        if (stored is null && cache.TryGetCanonicalKey(context, out var canonical))
        {
            // Parsed only now. A target that comes again is stored as it is, too, and then found without parsing.
            stored = cache.Find(canonical);
            if (!_doorkeeper.HasSeen(key))
            {
                key = canonical;
            }
            else if (stored is not null)
            {
                cache.Add(key, stored);
            }
        }

        if (stored is null)
        {
            return _doorkeeper.HasSeen(key) ? CaptureAsync(context, key, now) : next(context);
        }

        if (!cache.IsFresh(stored, now))
        {
            return stored.TryBeginReplacement() ? CaptureAsync(context, key, now, stored) : WaitAsync(context, key, stored);
        }

        return stored.CanServe(context.Request.Headers.IfNoneMatch) && !(cache.IsRefreshDue(stored, now) && stored.TryBeginRefresh())
            ? ServeAsync(context, stored)
            : CaptureAsync(context, key, now);
    }

    private Task ServeAsync(HttpContext context, StoredResponse stored)
    {
        metrics.Hit();
        return stored.WriteAsync(context);
    }

    /// <summary>A new catalog version outdates all stored responses at once: a replica would get every hot request at that moment.</summary>
    private async Task WaitAsync(HttpContext context, CacheKey key, StoredResponse outdated)
    {
        await outdated.Replacement.WaitAsync(_maxWait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var now = time.GetTimestamp();
        var stored = cache.Find(key);
        var isServable = stored is not null && cache.IsFresh(stored, now) && stored.CanServe(context.Request.Headers.IfNoneMatch);
        await (isServable ? ServeAsync(context, stored!) : CaptureAsync(context, key, now));
    }

    private async Task CaptureAsync(HttpContext context, CacheKey key, long requestedAt, StoredResponse? outdated = null)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Response.Body = new ResponseCapture(context.Response, body, _maxResponseSize, Store, EndReplacement).AsStream(leaveOpen: true);
        try
        {
            await next(context);
            if (ResponseCapture.IsStorableNotModified(context.Response))
            {
                Store(null);
            }
        }
        finally
        {
            context.Features.Set(body);
            EndReplacement();
        }

        void Store(byte[]? copy)
        {
            metrics.Missed();
            cache.Add(key, new StoredResponse(context, copy, requestedAt));
            EndReplacement();
        }

        void EndReplacement() => outdated?.EndReplacement();
    }
}
