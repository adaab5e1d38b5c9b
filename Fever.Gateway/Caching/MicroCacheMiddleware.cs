using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Fever.Gateway.Caching;

/// <summary>Answers hot requests from <see cref="MicroCache"/>, before anything else has to be done for them.</summary>
internal sealed class MicroCacheMiddleware(
    RequestDelegate next,
    MicroCache cache,
    TimeProvider time,
    GatewayMetrics metrics,
    IOptions<MicroCacheOptions> options)
{
    private readonly Doorkeeper _doorkeeper = new();
    private readonly int _maxAnswerSize = options.Value.MaxAnswerSize;

    // Not async, for the sake of hits and of what is asked for once.
    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return next(context);
        }

        var key = new AnswerKey(context);
        var now = time.GetTimestamp();
        if (cache.Find(key, now, context.Request.Headers.IfNoneMatch) is { } answer)
        {
            metrics.Hit();
            return answer.WriteAsync(context);
        }

        return _doorkeeper.HasSeen(key) ? CaptureAsync(context, key, now) : next(context);
    }

    private async Task CaptureAsync(HttpContext context, AnswerKey key, long askedAt)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new AnswerCapture(context.Response, body, _maxAnswerSize, Keep));
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(body);
        }

        if (AnswerCapture.IsUnchanged(context.Response))
        {
            Keep(null);
        }

        void Keep(byte[]? whole)
        {
            metrics.Missed();
            cache.Add(key, new CachedAnswer(context, whole, askedAt));
        }
    }
}
