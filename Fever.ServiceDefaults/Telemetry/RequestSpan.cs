using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Fever.ServiceDefaults.Telemetry;

/// <summary>
/// Completes the server span that ASP.NET Core starts: its name is <c>{method} {route}</c> and it carries route
/// and status (OpenTelemetry semantic conventions for HTTP spans). Runs outermost, so it sees the final status.
/// </summary>
internal sealed class RequestSpanFilter(PathString[] untracedPaths) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, proceed) => context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span
            ? RecordAsync(span, context, proceed)
            : proceed(context));
        next(app);
    };

    private async Task RecordAsync(Activity span, HttpContext context, RequestDelegate proceed)
    {
        if (IsUntraced(context.Request.Path))
        {
            // A sampler cannot know the path, so the span exists already: unrecorded it is not exported,
            // and what it calls is not recorded either.
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            await proceed(context);
            return;
        }

        try
        {
            await proceed(context);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Too late for an error status: the answer was on its way and is broken off.
            SetError(span, exception.GetType().FullName);
            throw;
        }
        finally
        {
            Complete(span, context);
        }
    }

    // A loop, because a closure would cost every request an allocation.
    private bool IsUntraced(PathString path)
    {
        foreach (var untraced in untracedPaths)
        {
            if (path.Equals(untraced, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static void Complete(Activity span, HttpContext context)
    {
        // Not the request's own word: a client can make up as many methods as it likes.
        var method = span.GetTagItem("http.request.method") is string known and not "_OTHER" ? known : "HTTP";
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
