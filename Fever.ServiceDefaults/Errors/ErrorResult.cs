using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Fever.ServiceDefaults.Errors;

/// <summary>A response with this status, the status's own code and the message, never to be cached.</summary>
public sealed class ErrorResult(int statusCode, string message) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => httpContext.WriteErrorAsync(statusCode, message);
}

public static class ErrorResultExtensions
{
    /// <summary>Writes the envelope; the response must not have started.</summary>
    public static async Task WriteErrorAsync(this HttpContext context, int statusCode, string message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new ErrorEnvelope(new ErrorDetail(ErrorCode.For(statusCode), message)), ErrorJson.Readable.ErrorEnvelope);
        context.Response.StatusCode = statusCode;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
