using Fever.ServiceDefaults.Errors;

namespace Fever.SearchApi.Responses;

/// <summary>Sends bodies in the content coding that the caller accepts.</summary>
internal static class BodySender
{
    /// <summary>The coding in which the body is sent, by the request's <c>Accept-Encoding</c>.</summary>
    public static ContentCoding ChooseCoding(this ResponseBody body, string? acceptEncoding) => body switch
    {
        PlainBody plain => plain.Choose(ContentCodingExtensions.ParseAccepted(acceptEncoding)),
        GzipBody => ContentCodingExtensions.ParseAccepted(acceptEncoding) & ContentCoding.Gzip,
        _ => ContentCoding.Identity,
    };

    /// <summary>Sends the body, or its length alone when the method is HEAD.</summary>
    public static Task SendAsync(this ResponseBody body, HttpContext context, ContentCoding coding) => body switch
    {
        PlainBody plain when plain.TryGet(coding, out var bytes) => SendAsync(context, bytes),
        PlainBody plain => SendWhenCompressedAsync(context, plain, coding),
        GzipBody gzip => SendAsync(context, gzip, coding),
        _ => Task.CompletedTask,
    };

    /// <summary>503: for a timeout too, because the caller should do the same, which is to try again shortly.</summary>
    public static Task SendUnavailableAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return context.WriteErrorAsync(StatusCodes.Status503ServiceUnavailable, "The events cannot be read at the moment. Try again in a second.");
    }

    private static Task SendAsync(HttpContext context, byte[] bytes)
    {
        context.Response.ContentLength = bytes.Length;
        // No token, which would cost an allocation: the server ends writes to a client that left.
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes, CancellationToken.None).AsTask();
    }

    private static async Task SendWhenCompressedAsync(HttpContext context, PlainBody body, ContentCoding coding) =>
        await SendAsync(context, await body.CompressAsync(coding).WaitAsync(context.RequestAborted));

    private static async Task SendAsync(HttpContext context, GzipBody body, ContentCoding coding)
    {
        context.Response.ContentLength = coding == ContentCoding.Gzip ? body.Length : body.PlainLength;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        try
        {
            await body.CopyToAsync(context.Response.Body, coding, context.RequestAborted);
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            await SendUnavailableAsync(context);
        }
        catch (IOException)
        {
            // The caller must see that this is not the end.
            context.Abort();
        }
    }
}
