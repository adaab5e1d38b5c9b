namespace Fever.Gateway.Docs;

internal static class DocsPage
{
    /// <summary>Swagger UI at <c>/</c>, its assets served from its package, over the replicas' own OpenAPI document.</summary>
    public static void UseDocsPage(this IApplicationBuilder app) =>
        // It tries a regular expression on every path it is shown.
        app.UseWhen(context => context.GetEndpoint() is null, docs => docs.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "";
            ui.DocumentTitle = "Fever";
            ui.SwaggerEndpoint("/openapi/v1.json", "Fever");
            ui.EnableTryItOutByDefault();
        }));
}
