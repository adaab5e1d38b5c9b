namespace Fever.Gateway;

internal static class SecurityHeaders
{
    /// <summary>Forbids browsers to guess a content type: an answer of ours is what its header says, never a script.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // On starting, because whatever writes an error clears the headers first.
        context.Response.OnStarting(static state =>
        {
            ((HttpResponse)state).Headers.XContentTypeOptions = "nosniff";
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    });
}
