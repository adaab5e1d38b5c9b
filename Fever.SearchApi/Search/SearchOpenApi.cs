using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fever.SearchApi.Queries;
using Fever.ServiceDefaults.Errors;
using Fever.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Fever.SearchApi.Search;

/// <summary>The document at <c>/openapi/v1.json</c>: the owner's contract, and what the service promises beyond it.</summary>
internal static class SearchOpenApi
{
    private const string Json = "application/json";
    private const string Tag = "Search";

    private const string Accepted =
        " An RFC 3339 date-time (UTC when it has no offset), or a bare date, which stands for the whole day. Left out: no bound.";

    private const string IfNoneMatch = "ETags of responses that the client has; when one of them is current, the response is 304.";
    private const string IfMatch = "ETags; when none of them is current, the response is 412.";

    private static readonly ProducesResponseTypeAttribute[] CommonResponses =
    [
        new(typeof(void), 304) { Description = "Nothing has changed since the response that the client has" },
        Error(405, "The method is neither GET nor HEAD"),
        Error(412, "No ETag in If-Match is the current one"),
        Error(414, "The URL is longer than the service reads"),
        Error(431, "The request headers are longer than the service reads"),
        Error(500, "The service failed"),
        Error(502, "No search server answered"),
        Error(503, "The events cannot be read at the moment"),
        Error(504, "No search server answered in time"),
    ];

    private static readonly (string Name, string Description, string[] Statuses)[] Headers =
    [
        (HeaderNames.ETag, "Identifies this response; send it as If-None-Match", ["200", "304"]),
        (HeaderNames.LastModified, "When the catalog last changed; send it as If-Modified-Since", ["200", "304"]),
        (HeaderNames.Vary, "Accept-Encoding: each compression is a response of its own", ["200", "304"]),
        (CatalogHeaders.Version, "The version of the catalog that the response shows; missing when the response is the last one known", ["200", "304"]),
        (HeaderNames.Age, "Seconds since the response was made, when it comes from a cache (RFC 9111)", ["200"]),
        ("Cache-Status", "Which cache the response comes from (RFC 9211)", ["200"]),
        (HeaderNames.Allow, "The methods that are accepted", ["405"]),
        (HeaderNames.RetryAfter, "Seconds to wait before trying again", ["502", "503", "504"]),
    ];

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

    public static RouteHandlerBuilder DescribeSearch(this RouteHandlerBuilder endpoint) =>
        endpoint.Describe(Search).AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var parameters = operation.Parameters!.OfType<OpenApiParameter>().ToDictionary(parameter => parameter.Name!);
            parameters[SearchQueryParser.StartsAt].Example = "2017-07-21T17:32:28Z";
            parameters[SearchQueryParser.EndsAt].Example = "2021-07-21T17:32:28Z";
            AddHeader(operation.Responses!["200"], HeaderNames.Link, "With limit: where the next page is (RFC 8288), when there is one");
            return Task.CompletedTask;
        });

    public static RouteHandlerBuilder DescribeEvent(this RouteHandlerBuilder endpoint) => endpoint.Describe(Event);

    // Search and Event are described like handlers but never called: the real handlers read the raw request, which is faster than binding.
    [EndpointName("searchEvents")]
    [EndpointSummary("Lists the available events on a time range")]
    [EndpointDescription("Every event ever published online that starts and ends within the range, both ends included, by start and then by id. An event without an end counts as ending when it starts.")]
    [ProducesResponseType<SearchResponse>(200, Json, Description = "The events of the range")]
    [ProducesResponseType<ErrorEnvelope>(400, Json, Description = "A parameter is empty, repeated or unreadable, or the range is reversed; the message says which and what is accepted")]
    private static void Search(
        [FromQuery(Name = SearchQueryParser.StartsAt), Description("Return only events that start at this time or later." + Accepted)] DateTimeOffset? startsAt,
        [FromQuery(Name = SearchQueryParser.EndsAt), Description("Return only events that finish at this time or earlier." + Accepted)] DateTimeOffset? endsAt,
        [FromQuery(Name = SearchQueryParser.Limit), Range(1, SearchQueryParser.MaxLimit), Description("Return at most this many events; the Link header (rel=\"next\") leads to those after them. Left out: all of them.")] int? limit,
        [FromQuery(Name = SearchQueryParser.Cursor), Description("Return only the events after those of a page, as given in the page's Link header.")] string? cursor,
        [FromHeader(Name = "If-Modified-Since"), Description("The Last-Modified of a response that the client has; when it is current, the response is 304.")] string? ifModifiedSince,
        [FromHeader(Name = "If-None-Match"), Description(IfNoneMatch)] string? ifNoneMatch,
        [FromHeader(Name = "If-Match"), Description(IfMatch)] string? ifMatch)
    {
    }

    [EndpointName("getEvent")]
    [EndpointSummary("Shows one event")]
    [EndpointDescription("An event ever published online, alone in the list that a search gives.")]
    [ProducesResponseType<SearchResponse>(200, Json, Description = "The event")]
    [ProducesResponseType<ErrorEnvelope>(400, Json, Description = "The id is not a UUID")]
    [ProducesResponseType<ErrorEnvelope>(404, Json, Description = "No event was ever published under this id")]
    private static void Event(
        [FromRoute, Description("The id that a search gave")] Guid id,
        [FromHeader(Name = "If-None-Match"), Description(IfNoneMatch)] string? ifNoneMatch,
        [FromHeader(Name = "If-Match"), Description(IfMatch)] string? ifMatch)
    {
    }

    private static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, Delegate operation)
    {
        endpoint.Add(builder => RequestDelegateFactory.InferMetadata(operation.Method, new() { EndpointBuilder = builder }));
        return endpoint.WithTags(Tag).WithMetadata([.. operation.Method.GetCustomAttributes(), .. CommonResponses])
            .AddOpenApiOperationTransformer((described, _, _) =>
            {
                foreach (var (name, description, statuses) in Headers)
                {
                    Array.ForEach(statuses, status => AddHeader(described.Responses![status], name, description));
                }

                return Task.CompletedTask;
            });
    }

    private static ProducesResponseTypeAttribute Error(int status, string description) =>
        new(typeof(ErrorEnvelope), status, Json) { Description = description };

    private static void AddHeader(IOpenApiResponse response, string name, string description)
    {
        var headers = ((OpenApiResponse)response).Headers ??= new Dictionary<string, IOpenApiHeader>();
        headers[name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
    }

    private static Task DescribeService(OpenApiDocument document)
    {
        var license = new OpenApiLicense { Name = "MIT", Url = new Uri("https://opensource.org/license/mit") };
        document.Info = new OpenApiInfo { Title = "Fever Providers API", Version = "1.0.0", License = license };
        // The default names this replica's private port; relative, it is wherever the document was read.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Tags = new HashSet<OpenApiTag> { new() { Name = Tag, Description = "Reads the events that were ever published online" } };
        // No authentication. The library leaves an empty list out.
        document.Security = [new OpenApiSecurityRequirement()];
        return Task.CompletedTask;
    }

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
