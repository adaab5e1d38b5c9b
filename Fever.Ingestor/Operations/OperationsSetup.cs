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
        builder.Services.AddValidation();
        builder.Services.AddSingleton<IProblemDetailsService, ParameterErrors>();
        // In Development the default is to throw, which would be another error message.
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = false);
        builder.Services.AddScoped<OperatorQueries>();
        builder.Services.AddSingleton<OperatorDatabase>();
        builder.Services.AddHostedService<ProviderAges>();
        builder.AddOperatorOpenApi();
        return builder;
    }
}
