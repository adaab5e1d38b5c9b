using Fever.Gateway.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Fever.Gateway.Retries;

/// <summary>
/// Forwards a request that one replica failed to another one, unless the response has started.
/// Only GET and HEAD without a body: they are safe to repeat (RFC 9110, 9.2.1), and a body can be read only once.
/// </summary>
internal sealed partial class RetryMiddleware(
    RequestDelegate next,
    IOptions<RetryOptions> options,
    GatewayMetrics metrics,
    ILogger<RetryMiddleware> logger)
{
    private readonly int _maxRetries = options.Value.MaxRetries;

    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        // The load balancer replaces the feature's list with its choice.
        var healthy = proxy.AvailableDestinations;
        await next(context);

        if (context.Features.Get<IForwarderErrorFeature>() is null)
        {
            return;
        }

        await RetryAsync(context, proxy, healthy);
        if (!context.Response.HasStarted && context.Features.Get<IForwarderErrorFeature>() is not null)
        {
            context.Response.Headers.RetryAfter = "1";
        }
    }

    private async Task RetryAsync(HttpContext context, IReverseProxyFeature proxy, IReadOnlyList<DestinationState> healthy)
    {
        var tried = new HashSet<DestinationState>();
        while (tried.Count < _maxRetries && IsRepeatable(context) && context.GetReplicaError() is { } error)
        {
            tried.Add(proxy.ProxiedDestination!);
            var untried = Untried(healthy, tried) is { Count: > 0 } others ? others : Untried(proxy.AllDestinations, tried);
            if (untried.Count == 0)
            {
                return;
            }

            Log.Retrying(logger, proxy.ProxiedDestination!.DestinationId, error);
            metrics.Retried(error);

            // The forwarder treats any other status as a response that has been written already.
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Features.Set<IForwarderErrorFeature>(null);
            proxy.AvailableDestinations = untried;
            await next(context);
        }
    }

    private static bool IsRepeatable(HttpContext context) =>
        !context.Response.HasStarted
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true };

    private static List<DestinationState> Untried(IReadOnlyList<DestinationState> destinations, HashSet<DestinationState> tried) =>
        [.. destinations.Where(destination => !tried.Contains(destination))];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Destination} failed a request ({Error}); trying another replica")]
        public static partial void Retrying(ILogger logger, string destination, ForwarderError error);
    }
}
