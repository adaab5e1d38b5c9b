using System.Text.Json.Nodes;
using Fever.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Fever.Ingestor.Operations;

/// <summary>What the handlers and their comments do not say in the document at <c>/openapi/v1.json</c>.</summary>
internal static class OperatorOpenApi
{
    public static void AddOperatorOpenApi(this IHostApplicationBuilder builder) => builder.Services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
        options.AddDocumentTransformer((document, _, _) => DescribeService(document));
        options.AddSchemaTransformer((schema, context, _) => DescribeSchema(schema, context));
    });

    public static ProducesResponseTypeAttribute Response<T>(int status, string description) =>
        new(typeof(T), status, "application/json") { Description = description };

    public static ProducesResponseTypeAttribute Page<T>()
        where T : notnull => Response<Envelope<T>>(StatusCodes.Status200OK, "A page of the list; the header Link leads to the next one, if there is one");

    public static ProducesResponseTypeAttribute Error(int status, string description) => Response<ErrorEnvelope>(status, description);

    private static Task DescribeService(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "Fever Ingestor", Version = "1.0.0", Description = "For operators; not reached through the gateway." };
        // The default names this Ingestor's private port; relative, it is wherever the document was read.
        document.Servers = [new OpenApiServer { Url = "/" }];
        return Task.CompletedTask;
    }

    private static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        if (context.JsonTypeInfo.Type == typeof(object))
        {
            // The two members that are always null.
            schema.Type = JsonSchemaType.Object | JsonSchemaType.Null;
        }

        if (schema.Properties is { Count: > 0 } members)
        {
            // No member is ever left out; what has no value is null.
            schema.Required = new HashSet<string>(members.Keys);
        }

        schema.Enum = (context.JsonPropertyInfo?.Name ?? context.ParameterDescription?.Name) switch
        {
            "state" => Words(ProviderState.All),
            "outcome" => Words(OutcomeAttribute.Accepted),
            _ => schema.Enum,
        };
        return Task.CompletedTask;
    }

    private static List<JsonNode> Words(string[] words) => [.. words.Select(word => JsonValue.Create(word))];
}
