using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using Fever.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fever.ServiceDefaults.Telemetry;

/// <summary>
/// Creates the server span of a request, named <c>{method} {route}</c> (OpenTelemetry semantic conventions for HTTP spans).
/// ASP.NET Core creates its own for each request, sampled or not, which is most of what a cached response allocates; this
/// one is created only for sampled requests. Runs outermost, so it sees the final status.
/// </summary>
/// <param name="limiter">For requests that are not part of a trace already; null leaves the decision to the sampler.</param>
/// <param name="trustCallers">Whether a caller decides if its trace goes on here; anybody could do that to a public service.</param>
/// <param name="untracedPaths">Never traced, nor the calls made for them.</param>
internal sealed class RequestTracingFilter(TraceRateLimiter? limiter, bool trustCallers, PathString[] untracedPaths) : IStartupFilter
{
    private static readonly ActivitySource Source = new("Fever.Requests");

    private static readonly FrozenSet<string> Methods = FrozenSet.Create(
        HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch,
        HttpMethods.Delete, HttpMethods.Options, HttpMethods.Connect, HttpMethods.Trace);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, proceed) => IsTraced(context.Request, out var caller) ? RecordAsync(caller, context, proceed) : proceed(context));
        next(app);
    };

    private bool IsTraced(HttpRequest request, out ActivityContext caller)
    {
        caller = default;
        if (!Source.HasListeners() || Array.IndexOf(untracedPaths, request.Path) >= 0)
        {
            return false;
        }

        if (!trustCallers)
        {
            return limiter is null || (limiter.TryAcquire() && Record(request, out caller));
        }

        // The caller has decided for its whole trace (W3C Trace Context, 3.2.2.5).
        var isCalled = ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out caller);
        return limiter is null || (isCalled ? caller.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) : limiter.TryAcquire());
    }

    // Keeps the caller's trace id and sets the flag: the sampler would drop the span otherwise.
    private static bool Record(HttpRequest request, out ActivityContext caller)
    {
        if (ActivityContext.TryParse(request.Headers.TraceParent, traceState: null, out caller))
        {
            caller = new ActivityContext(caller.TraceId, caller.SpanId, ActivityTraceFlags.Recorded, isRemote: true);
        }

        return true;
    }

    private static async Task RecordAsync(ActivityContext caller, HttpContext context, RequestDelegate proceed)
    {
        using var span = Source.StartActivity("request", ActivityKind.Server, caller);
        if (span is not { IsAllDataRequested: true })
        {
            await proceed(context);
            return;
        }

        var method = Describe(span, context.Request);
        try
        {
            await proceed(context);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Too late for an error status: the response has started and is aborted.
            SetError(span, exception.GetType().FullName);
            throw;
        }
        finally
        {
            Complete(span, method, context);
        }
    }

    /// <returns>The method for the name of the span: clients can invent methods, and names must be few.</returns>
    private static string Describe(Activity span, HttpRequest request)
    {
        var method = HttpMethods.GetCanonicalizedValue(request.Method);
        var isKnown = Methods.Contains(method);
        span.SetTag("http.request.method", isKnown ? method : "_OTHER");
        span.SetTag("http.request.method_original", isKnown ? null : request.Method);
        span.SetTag("url.scheme", request.Scheme);
        span.SetTag("url.path", request.Path.ToString().Truncate());
        span.SetTag("url.query", request.QueryString.HasValue ? request.QueryString.Value![1..].Truncate() : null);
        span.SetTag("server.address", request.Host.Host);
        span.SetTag("server.port", request.Host.Port);
        span.SetTag("network.protocol.version", request.Protocol.Replace("HTTP/", "", StringComparison.Ordinal));
        span.SetTag("user_agent.original", request.Headers.UserAgent.Count == 0 ? null : request.Headers.UserAgent.ToString());
        return isKnown ? method : "HTTP";
    }

    private static void Complete(Activity span, string method, HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var status = context.Response.StatusCode;

        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", status);
        if (status >= 500)
        {
            SetError(span, status.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void SetError(Activity span, string? type)
    {
        span.SetTag("error.type", type);
        span.SetStatus(ActivityStatusCode.Error);
    }
}
