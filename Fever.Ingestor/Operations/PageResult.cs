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
            httpContext.Response.Headers.Link = $"<{Address(httpContext.Request, next)}>; rel=\"next\"";
        }

        return httpContext.Response.WriteAsJsonAsync(new Answer<T>(page), httpContext.RequestAborted);
    }

    private static string Address(HttpRequest request, string cursor)
    {
        string[] kept = [Parameters.ProviderName, Parameters.OutcomeName, Parameters.LimitName];
        var query = kept.Where(request.Query.ContainsKey).Select(name => KeyValuePair.Create(name, request.Query[name]));
        return QueryHelpers.AddQueryString($"{request.PathBase}{request.Path}", [.. query, new(Parameters.CursorName, cursor)]);
    }
}
