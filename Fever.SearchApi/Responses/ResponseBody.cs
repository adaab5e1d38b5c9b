using Fever.ServiceDefaults.Errors;

namespace Fever.SearchApi.Responses;

/// <summary>The content of a response: <see cref="PlainBody"/> of a small one, <see cref="GzipBody"/> of a large one.</summary>
internal abstract class ResponseBody
{
    /// <summary>Bytes that it takes in memory, with the compressed forms that may come to be.</summary>
    public virtual long Size => 0;

    /// <summary>The best content coding among those that the caller accepts.</summary>
    public virtual ContentCoding Choose(ContentCoding accepted) => ContentCoding.Identity;

    /// <summary>Sends it in this coding, or its length alone when the method is HEAD.</summary>
    public virtual Task SendAsync(HttpContext context, ContentCoding coding) => Task.CompletedTask;

    /// <summary>503: for a timeout too, because the caller should do the same, which is to try again shortly.</summary>
    public static Task SendUnavailableAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return context.WriteErrorAsync(StatusCodes.Status503ServiceUnavailable, "The events cannot be read at the moment. Try again in a second.");
    }
}

/// <summary>Of a query that this version of the catalog cannot be asked: an unknown id, or a range with too many events.</summary>
internal sealed class ErrorBody(int statusCode, string message) : ResponseBody
{
    public int StatusCode => statusCode;

    public string Message => message;
}

/// <summary>Of a large response that was not read, as for HEAD: not even its length is known.</summary>
internal sealed class UnreadBody : ResponseBody;
