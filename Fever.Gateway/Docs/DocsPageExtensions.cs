namespace Fever.Gateway.Docs;

internal static class DocsPageExtensions
{
    /// <summary>Swagger UI at <c>/</c>, its assets served from its package, over the replicas' own OpenAPI document.</summary>
    public static void UseDocsPage(this IApplicationBuilder app) =>
        // It matches a regular expression against the path of every request that reaches it.
        app.UseWhen(context => context.GetEndpoint() is null, docs => docs.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "";
            ui.DocumentTitle = "Fever";
            ui.SwaggerEndpoint("/openapi/v1.json", "Fever");
            ui.EnableTryItOutByDefault();
        }));
}
