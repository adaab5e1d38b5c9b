using Microsoft.AspNetCore.Http;

namespace Fever.ServiceDefaults.Errors;

/// <summary>The closed set of error codes, and the only place where a status becomes one.</summary>
public static class ErrorCode
{
    public static string For(int statusCode) => statusCode switch
    {
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
        StatusCodes.Status412PreconditionFailed => "precondition_failed",
        StatusCodes.Status414UriTooLong => "target_too_long",
        StatusCodes.Status429TooManyRequests => "too_many_requests",
        StatusCodes.Status431RequestHeaderFieldsTooLarge => "headers_too_large",
        StatusCodes.Status502BadGateway => "bad_gateway",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        StatusCodes.Status504GatewayTimeout => "timeout",
        >= 500 => "internal_error",
        _ => "bad_request",
    };

    /// <summary>The message for a status that was set without a body.</summary>
    public static string DefaultMessage(int statusCode, HttpRequest request) => statusCode switch
    {
        StatusCodes.Status404NotFound => $"There is nothing at {request.Path.ToString().Truncate()}. Search with GET /search?starts_at=…&ends_at=….",
        StatusCodes.Status405MethodNotAllowed => $"{request.Path.ToString().Truncate()} does not accept {request.Method.Truncate()}.",
        StatusCodes.Status429TooManyRequests => "Too many requests. Slow down and try again.",
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable => "The service cannot answer at the moment. Try again shortly.",
        StatusCodes.Status504GatewayTimeout => "The service did not answer in time. Try again shortly.",
        >= 500 => "Something went wrong on our side.",
        _ => "The request was not correctly formed.",
    };
}
