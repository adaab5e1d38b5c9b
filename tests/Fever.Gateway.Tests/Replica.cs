using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

/// <summary>Responds like a replica of the real service from a catalog of some version.</summary>
internal static class Replica
{
    /// <summary>A response that the micro-cache stores, with a different body for each target, version and accepted encoding.</summary>
    public static Task RespondAsync(HttpContext context, long version, Action<HttpResponse>? spoil = null)
    {
        var response = context.Response;
        var body = Body(context.Request, version);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        response.Headers.ETag = $"\"{version}\"";
        response.Headers.CacheControl = "public, max-age=1";
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.LastModified = "Fri, 20 Nov 2026 12:00:00 GMT";
        response.Headers.Link = "</openapi/v1.json>; rel=\"service-desc\"";
        response.Headers["Cache-Status"] = "SearchApi; hit";
        response.Headers["Catalog-Version"] = version.ToString(CultureInfo.InvariantCulture);
        spoil?.Invoke(response);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>The same, or a 304 when the condition lists the entity tag.</summary>
    public static Task RespondIfChangedAsync(HttpContext context, long version)
    {
        if (context.Request.Headers.IfNoneMatch != $"\"{version}\"")
        {
            return RespondAsync(context, version);
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        context.Response.Headers.ETag = $"\"{version}\"";
        context.Response.Headers.Vary = "Accept-Encoding";
        context.Response.Headers["Catalog-Version"] = version.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    public static async Task<HttpResponseMessage> GetIfChangedAsync(this HttpClient client, string target, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.Add("If-None-Match", tag);
        return await client.SendAsync(request);
    }

    public static long? MinimumVersionOf(HttpRequest request) =>
        request.Headers["Catalog-Minimum-Version"] is [{ } minimum] ? long.Parse(minimum, CultureInfo.InvariantCulture) : null;

    public static long VersionOf(HttpResponseMessage response) =>
        long.Parse(Assert.Single(response.Headers.GetValues("Catalog-Version")), CultureInfo.InvariantCulture);

    public static bool IsHit(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("Cache-Status", out var values) && values.SequenceEqual(["Gateway; hit"]);

    /// <summary>Sends enough requests for a storable response to be stored.</summary>
    public static async Task WarmAsync(this HttpClient client, string target)
    {
        for (var i = 0; i < 2; i++)
        {
            using var response = await client.GetAsync(target);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private static byte[] Body(HttpRequest request, long version) =>
        Encoding.UTF8.GetBytes($"{request.Path}{request.QueryString} {version} {request.Headers.AcceptEncoding}");
}
