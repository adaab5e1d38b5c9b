using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fever.ServiceDefaults.Errors;

/// <summary>
/// Gives every failure the envelope: exceptions that nothing else handled, and error statuses that
/// some component set without a body (routing's 404 and 405, the proxy's 502 and 504).
/// </summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!response.HasStarted)
        {
            response.Clear();
            response.StatusCode = StatusOf(exception, context);
        }

        if (response.HasStarted)
        {
            return;
        }

        if (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; 499 keeps the request from counting as our failure.
            response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        else if (response is { StatusCode: >= 400, ContentLength: null or 0, ContentType: null })
        {
            await context.WriteErrorAsync(response.StatusCode, ErrorCode.DefaultMessage(response.StatusCode, context.Request));
        }
    }

    private int StatusOf(Exception exception, HttpContext context)
    {
        if (exception is BadHttpRequestException bad)
        {
            return bad.StatusCode;
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            Log.Unhandled(logger, exception, context.Request.Method, context.Request.Path.ToString().Truncate());
        }

        return StatusCodes.Status500InternalServerError;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Unhandled(ILogger logger, Exception exception, string method, string path);
    }
}
