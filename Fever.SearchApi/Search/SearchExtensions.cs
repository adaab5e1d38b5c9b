using Fever.SearchApi.Catalog;
using Fever.SearchApi.Database;
using Fever.SearchApi.OutputCaching;
using Fever.SearchApi.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Fever.SearchApi.Search;

internal static class SearchExtensions
{
    public static void AddSearch(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SearchMetrics>();
        builder.AddCatalog();
        builder.AddEventReaders();
        builder.AddSearchOutputCache();
        builder.Services.AddSingleton<ResponseSender>();
        builder.Services.AddSingleton<SearchEndpoint>();
        builder.AddSearchOpenApi();
    }

    public static void MapSearch(this IEndpointRouteBuilder app)
    {
        var endpoint = app.ServiceProvider.GetRequiredService<SearchEndpoint>();
        Map("/search", endpoint.SearchAsync).DescribeSearch();
        Map("/events/{id}", endpoint.EventAsync).DescribeEvent();

        RouteHandlerBuilder Map(string path, Func<HttpContext, Task> handler)
        {
            app.MapMethods(path, [HttpMethods.Head], handler).ExcludeFromDescription();
            // As a delegate of no special type: OpenAPI leaves others out.
            return app.MapGet(path, (Delegate)handler);
        }
    }
}
