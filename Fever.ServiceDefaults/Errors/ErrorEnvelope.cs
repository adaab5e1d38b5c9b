using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fever.ServiceDefaults.Errors;

/// <summary>The body of every response that is not a success: <c>{"error":{"code":…,"message":…},"data":null}</c>.</summary>
public sealed record ErrorEnvelope(ErrorDetail Error)
{
    /// <summary>Always null; the public contract requires the member.</summary>
    public object? Data { get; }
}

/// <param name="Code">One of <see cref="ErrorCode"/>: stable, for programs.</param>
/// <param name="Message">For people: what was wrong and what is accepted. Never a stack trace.</param>
public sealed record ErrorDetail(string Code, string Message);

[JsonSerializable(typeof(ErrorEnvelope))]
internal sealed partial class ErrorJson : JsonSerializerContext
{
    /// <summary>Escapes only what JSON requires: people read the message, and never as HTML.</summary>
    public static readonly ErrorJson Readable = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
