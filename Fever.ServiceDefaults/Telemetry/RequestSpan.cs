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
        app.Use(async (context, proceed) =>
        {
            var span = context.Features.Get<IHttpActivityFeature>()?.Activity;
            if (span is null)
            {
                await proceed(context);
                return;
            }

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
            finally
            {
                Complete(span, context);
            }
        });
        next(app);
    };

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
        if (!span.IsAllDataRequested)
        {
            return;
        }

        var status = context.Response.StatusCode;
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            span.DisplayName = $"{context.Request.Method} {route}";
            span.SetTag("http.route", route);
        }
        else
        {
            span.DisplayName = context.Request.Method;
        }

        span.SetTag("http.response.status_code", status);
        if (status >= 500)
        {
            span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
