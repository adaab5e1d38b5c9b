using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Fever.ServiceDefaults.Errors;

/// <summary>The body of every answer that is not a success: <c>{"error":{"code":…,"message":…},"data":null}</c>.</summary>
public sealed record ErrorEnvelope(ErrorDetail Error)
{
    /// <summary>Always null; the public contract requires the member.</summary>
    public object? Data { get; }

    /// <summary>An answer with this status, the status's own code and the message, never to be cached.</summary>
    public static IResult Result(int statusCode, string message) => new ErrorResult(statusCode, message);

    private sealed class ErrorResult(int statusCode, string message) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => httpContext.WriteErrorAsync(statusCode, message);
    }
}

/// <param name="Code">One of <see cref="ErrorCode"/>: stable, for programs.</param>
/// <param name="Message">For people: what was wrong and what is accepted. Never a stack trace.</param>
public sealed record ErrorDetail(string Code, string Message);

[JsonSerializable(typeof(ErrorEnvelope))]
internal sealed partial class ErrorJson : JsonSerializerContext
{
    /// <summary>Escapes what JSON requires and no more: a message is read by people, and never as HTML.</summary>
    public static readonly ErrorJson Readable = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
