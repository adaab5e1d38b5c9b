using Fever.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fever.Gateway.Security;

/// <summary>Rejects requests that a replica could not read, or that would make it respond with headers of any length.</summary>
internal static class RequestLimitExtensions
{
    private const int MaxTargetLength = 8 * 1024;
    private const int MaxHeadersLength = 16 * 1024;

    // Kestrel responds without a body to what exceeds its own limits, which are 8 KiB and 32 KiB by default. Only
    // requests that it reads get the error envelope; one connection cannot take more memory than the buffer.
    private const int MaxReadLength = 1024 * 1024;

    public static void AddRequestLimits(this WebApplicationBuilder builder) =>
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MaxRequestLineSize = MaxReadLength;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxReadLength;
            // No line is shorter than "a:".
            kestrel.Limits.MaxRequestHeaderCount = MaxHeadersLength / "a:\r\n".Length;
            kestrel.Limits.MaxRequestBufferSize = 2 * MaxReadLength;
        });

    /// <summary>Comes after the micro-cache: hits forward nothing, and counting the headers costs an allocation.</summary>
    public static void UseRequestLimits(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Length;
        if (target > MaxTargetLength)
        {
            return context.WriteErrorAsync(StatusCodes.Status414UriTooLong, $"The request target has {target} characters; at most {MaxTargetLength} are accepted.");
        }

        var headers = LengthOf(context.Request.Headers);
        return headers > MaxHeadersLength
            ? context.WriteErrorAsync(StatusCodes.Status431RequestHeaderFieldsTooLarge, $"The request headers have {headers} characters in all; at most {MaxHeadersLength} are accepted.")
            : next(context);
    });

    private static int LengthOf(IHeaderDictionary headers)
    {
        var length = 0;
        foreach (var (name, lines) in headers)
        {
            foreach (var line in lines)
            {
                length += name.Length + ": \r\n".Length + (line?.Length ?? 0);
            }
        }

        return length;
    }
}
