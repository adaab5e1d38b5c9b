using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Fever.SearchApi.Search;
using Fever.ServiceDefaults.Errors;
using Fever.ServiceDefaults.Http;
using Microsoft.OpenApi;

namespace Fever.SearchApi.OpenApi;

/// <summary>The document at <c>/openapi/v1.json</c>: the owner's contract, and what the service promises beyond it.</summary>
internal static class SearchOpenApi
{
    private const string Json = "application/json";

    private const string Accepted =
        " An RFC 3339 date-time (UTC when it has no offset), or a bare date, which stands for the whole day. Left out: no bound.";

    public static void AddSearchOpenApi(this IHostApplicationBuilder builder)
    {
        // Schemas are derived with these; answers are written by EventRow, which follows the same rules.
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        builder.Services.AddOpenApi(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
            options.AddDocumentTransformer((document, _, _) => DescribeService(document));
            options.AddSchemaTransformer((schema, context, _) => DescribeSchema(schema, context.JsonTypeInfo.Type));
        });
    }

    /// <summary>Describes what the handler's signature does not show: it reads the raw query and writes the raw answer.</summary>
    public static RouteHandlerBuilder DescribeSearch(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("searchEvents")
        .WithTags("Search")
        .WithSummary("Lists the available events on a time range")
        .WithDescription("Every event ever published online that starts and ends within the range, both ends included, by start and then by id. An event without an end counts as ending when it starts.")
        .Produces<SearchAnswer>(StatusCodes.Status200OK, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status400BadRequest, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status500InternalServerError, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status503ServiceUnavailable, Json)
        .AddOpenApiOperationTransformer((operation, _, _) => DescribeOperation(operation));

    public static RouteHandlerBuilder DescribeEvent(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("getEvent")
        .WithTags("Search")
        .WithSummary("Shows one event")
        .WithDescription("An event ever published online, alone in the list that a search gives.")
        .Produces<SearchAnswer>(StatusCodes.Status200OK, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status400BadRequest, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status404NotFound, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status500InternalServerError, Json)
        .Produces<ErrorEnvelope>(StatusCodes.Status503ServiceUnavailable, Json)
        .AddOpenApiOperationTransformer((operation, _, _) => DescribeEventOperation(operation));

    private static Task DescribeService(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "Fever Providers API", Version = "1.0.0" };
        // The default names this replica's private port; relative, it is wherever the document was read.
        document.Servers = [new OpenApiServer { Url = "/" }];
        return Task.CompletedTask;
    }

    private static Task DescribeOperation(OpenApiOperation operation)
    {
        operation.Parameters =
        [
            Time(QuestionReader.StartsAt, "Return only events that start at this time or later." + Accepted, "2017-07-21T17:32:28Z"),
            Time(QuestionReader.EndsAt, "Return only events that finish at this time or earlier." + Accepted, "2021-07-21T17:32:28Z"),
            InQuery(QuestionReader.Limit, "Return at most so many events; the Link header (rel=\"next\") leads to those after them. Left out: all of them.", new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = QuestionReader.MaxLimit.ToString(CultureInfo.InvariantCulture),
            }),
            InQuery(QuestionReader.After, "Return only events after that place, which the Link header of the page before names.", new OpenApiSchema { Type = JsonSchemaType.String }),
        ];
        Describe(operation, "200", "The events of the range");
        Describe(operation, "400", "A parameter is empty, repeated or unreadable, or the range is reversed; the message says which and what is accepted");
        DescribeFailures(operation);
        DescribeHeaders(operation);
        operation.Responses!["200"].Headers!["Link"] = Header("With limit: where the next page is (RFC 8288), when there is one");
        return Task.CompletedTask;
    }

    private static Task DescribeEventOperation(OpenApiOperation operation)
    {
        operation.Parameters =
        [
            new OpenApiParameter
            {
                Name = "id",
                In = ParameterLocation.Path,
                Required = true,
                Description = "The id that a search gave",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" },
            },
        ];
        Describe(operation, "200", "The event");
        Describe(operation, "400", "The id is not a UUID");
        Describe(operation, "404", "No event was ever published under this id");
        DescribeFailures(operation);
        DescribeHeaders(operation);
        return Task.CompletedTask;
    }

    private static void DescribeFailures(OpenApiOperation operation)
    {
        Describe(operation, "500", "Something went wrong on our side");
        Describe(operation, "503", "The events cannot be read at the moment; Retry-After says when to try again");
    }

    private static void DescribeHeaders(OpenApiOperation operation)
    {
        ((OpenApiResponse)operation.Responses!["200"]).Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["ETag"] = Header("Send it as If-None-Match to be told 304 while nothing has changed"),
            [CatalogHeaders.Version] = Header("The version of the catalogue that the answer is of; missing when the answer is the last one known"),
        };
        operation.Responses["304"] = new OpenApiResponse { Description = "Nothing has changed since the answer that If-None-Match names" };
    }

    private static void Describe(OpenApiOperation operation, string status, string description) => operation.Responses![status].Description = description;

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiParameter Time(string name, string description, string example)
    {
        var parameter = InQuery(name, description, new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" });
        parameter.Example = JsonValue.Create(example);
        return parameter;
    }

    private static OpenApiParameter InQuery(string name, string description, OpenApiSchema schema) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Required = false,
        Description = description,
        Schema = schema,
    };

    private static Task DescribeSchema(OpenApiSchema schema, Type type)
    {
        if (type == typeof(object))
        {
            // The two members that are always null.
            schema.Type = JsonSchemaType.Object | JsonSchemaType.Null;
        }

        if (type == typeof(decimal) || type == typeof(decimal?))
        {
            // Not "double": prices are written exactly.
            schema.Format = null;
        }

        if (schema.Properties is { Count: > 0 } members)
        {
            // The contract leaves no member out; what has no value is null.
            schema.Required = new HashSet<string>(members.Keys);
        }

        return Task.CompletedTask;
    }
}
