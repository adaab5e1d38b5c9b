using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fever.Ingestor.Operations;

internal static class OperationsSetup
{
    public static IHostApplicationBuilder AddOperations(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            // Escapes what JSON requires and no more: a bad record's XML is read by people, and never as HTML.
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
        builder.Services.AddScoped<OperatorDatabase>();
        builder.Services.AddSingleton<OperatorDoor>();
        builder.Services.AddHostedService<ProviderAges>();
        builder.AddOperatorOpenApi();
        return builder;
    }
}
