namespace Fever.Gateway.Security;

internal static class SecurityHeadersExtensions
{
    /// <summary>Forbids browsers to guess a content type: none of our responses is a script.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // On starting, because the error middleware clears the headers.
        context.Response.OnStarting(static state =>
        {
            ((HttpResponse)state).Headers.XContentTypeOptions = "nosniff";
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    });
}
