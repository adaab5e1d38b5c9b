using Microsoft.AspNetCore.Http;

namespace Fever.ServiceDefaults.Errors;

/// <summary>The closed set of error codes, and the only place where a status becomes one.</summary>
public static class ErrorCode
{
    public const string BadRequest = "bad_request";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string PreconditionFailed = "precondition_failed";
    public const string TargetTooLong = "target_too_long";
    public const string HeadersTooLarge = "headers_too_large";
    public const string TooManyRequests = "too_many_requests";
    public const string InternalError = "internal_error";
    public const string BadGateway = "bad_gateway";
    public const string Unavailable = "unavailable";
    public const string Timeout = "timeout";

    public static string For(int statusCode) => statusCode switch
    {
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status412PreconditionFailed => PreconditionFailed,
        StatusCodes.Status414UriTooLong => TargetTooLong,
        StatusCodes.Status429TooManyRequests => TooManyRequests,
        StatusCodes.Status431RequestHeaderFieldsTooLarge => HeadersTooLarge,
        StatusCodes.Status502BadGateway => BadGateway,
        StatusCodes.Status503ServiceUnavailable => Unavailable,
        StatusCodes.Status504GatewayTimeout => Timeout,
        >= 500 => InternalError,
        _ => BadRequest,
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
