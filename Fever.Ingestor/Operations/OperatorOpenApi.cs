using System.Text.Json.Nodes;
using Fever.ServiceDefaults.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Fever.Ingestor.Operations;

/// <summary>The document at <c>/openapi/v1.json</c>.</summary>
internal static class OperatorOpenApi
{
    private const string Json = "application/json";
    private const string Defect = "Something went wrong on our side";
    private const string Unavailable = "The database does not answer at the moment; Retry-After says when to try again";

    public static void AddOperatorOpenApi(this IHostApplicationBuilder builder) => builder.Services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
        options.AddDocumentTransformer((document, _, _) => DescribeService(document));
        options.AddSchemaTransformer((schema, context, _) => DescribeSchema(schema, context));
    });

    public static void DescribeProviders(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("listProviders")
        .WithSummary("Lists the providers: how each is, how old its data are, and when it is polled next")
        .DescribeList<ProviderPage>([]);

    public static void DescribeSyncs(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("listSyncs")
        .WithSummary("Lists the syncs, the newest first")
        .DescribeList<SyncPage>([Provider(), Outcome()]);

    public static void DescribeRejects(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("listRejects")
        .WithSummary("Lists the bad records that were set aside, the latest seen first")
        .WithDescription("Each once, however often it was seen. One that is seen again while its list is being paged through moves to the front: to where the next walk begins.")
        .DescribeList<RejectPage>([Provider()]);

    public static void DescribeRequestSync(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("requestSync")
        .WithSummary("Makes a provider due now")
        .WithDescription("One that is being synced is synced once more afterwards.")
        .Produces<Answer<SyncRequested>>(StatusCodes.Status202Accepted, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status404NotFound, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status500InternalServerError, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status503ServiceUnavailable, Json)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters![0].Description = "The provider's, as listed.";
            operation.Responses!["202"].Description = "The sync is asked for; the message says what happens";
            operation.Responses["404"].Description = "There is no such provider; the message names those that there are";
            operation.Responses["500"].Description = Defect;
            operation.Responses["503"].Description = Unavailable;
            return Task.CompletedTask;
        });

    /// <summary>Describes what the handler's signature does not show: it reads the raw query and writes the answer itself.</summary>
    private static void DescribeList<TPage>(this RouteHandlerBuilder endpoint, IOpenApiParameter[] filters)
        where TPage : notnull => endpoint
        .Produces<Answer<TPage>>(StatusCodes.Status200OK, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status400BadRequest, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status500InternalServerError, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status503ServiceUnavailable, Json)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters = [.. filters, Limit(), Next()];
            operation.Responses!["200"].Description = "A page of the list; the header Link leads to the next one, if there is one";
            operation.Responses["400"].Description = "A parameter is empty, repeated or not accepted; the message says which and what is accepted";
            operation.Responses["500"].Description = Defect;
            operation.Responses["503"].Description = Unavailable;
            return Task.CompletedTask;
        });

    private static OpenApiParameter Provider() => Parameter(
        Parameters.ProviderName, "Only of this provider; nothing if there is none of that name.", new() { Type = JsonSchemaType.String });

    private static OpenApiParameter Outcome() => Parameter(
        Parameters.OutcomeName,
        "Only those that ended so.",
        new() { Type = JsonSchemaType.String, Enum = Words(Parameters.Outcomes) });

    private static OpenApiParameter Limit() => Parameter(
        Parameters.LimitName,
        "How many to list at most.",
        new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{Parameters.MaxLimit}", Default = Parameters.DefaultLimit });

    private static OpenApiParameter Next() => Parameter(
        Parameters.CursorName, "The next of an earlier page: go on after it.", new() { Type = JsonSchemaType.String });

    private static OpenApiParameter Parameter(string name, string description, OpenApiSchema schema) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Required = false,
        Description = description,
        Schema = schema,
    };

    private static List<JsonNode> Words(string[] words) => [.. words.Select(word => JsonValue.Create(word))];

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

        schema.Enum = context.JsonPropertyInfo?.Name switch
        {
            "state" => Words(ProviderState.All),
            "outcome" => Words(Parameters.Outcomes),
            _ => schema.Enum,
        };
        return Task.CompletedTask;
    }
}
