using Microsoft.AspNetCore.WebUtilities;

namespace Fever.Ingestor.Operations;

/// <summary>A page of a list, with a link to the next one (RFC 8288).</summary>
internal sealed class PageResult<T>(T page, string? next) : IResult
    where T : notnull
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.CacheControl = "no-store";
        if (next is not null)
        {
            httpContext.Response.Headers.Link = $"<{Target(httpContext.Request, next)}>; rel=\"next\"";
        }

        return httpContext.Response.WriteAsJsonAsync(new Envelope<T>(page), httpContext.RequestAborted);
    }

    private static string Target(HttpRequest request, string cursor)
    {
        var others = request.Query.Where(parameter => !parameter.Key.Equals("cursor", StringComparison.OrdinalIgnoreCase));
        return QueryHelpers.AddQueryString($"{request.PathBase}{request.Path}", [.. others, new("cursor", cursor)]);
    }
}
