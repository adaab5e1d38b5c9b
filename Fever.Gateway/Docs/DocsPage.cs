namespace Fever.Gateway.Docs;

internal static class DocsPage
{
    /// <summary>Swagger UI at <c>/</c>, its assets served from its package, over the replicas' own OpenAPI document.</summary>
    public static void UseDocsPage(this IApplicationBuilder app) => app.UseSwaggerUI(ui =>
    {
        ui.RoutePrefix = "";
        ui.DocumentTitle = "Fever";
        ui.SwaggerEndpoint("/openapi/v1.json", "Fever");
        ui.EnableTryItOutByDefault();
    });
}
