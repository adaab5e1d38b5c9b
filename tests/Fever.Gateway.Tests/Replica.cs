using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

/// <summary>How a replica of the real service answers from a catalogue of some version.</summary>
internal static class Replica
{
    /// <summary>What a micro-cache keeps: a different body for each target, version and accepted encoding.</summary>
    public static Task AnswerAsync(HttpContext context, long version, Action<HttpResponse>? spoil = null)
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

    /// <summary>The same, with a 304 for those who name the tag.</summary>
    public static Task AnswerIfChangedAsync(HttpContext context, long version)
    {
        if (context.Request.Headers.IfNoneMatch != $"\"{version}\"")
        {
            return AnswerAsync(context, version);
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

    public static long? FloorOf(HttpRequest request) =>
        request.Headers["Catalog-Version-Floor"] is [{ } floor] ? long.Parse(floor, CultureInfo.InvariantCulture) : null;

    public static long VersionOf(HttpResponseMessage answer) =>
        long.Parse(Assert.Single(answer.Headers.GetValues("Catalog-Version")), CultureInfo.InvariantCulture);

    public static bool IsHit(this HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Cache-Status", out var values) && values.SequenceEqual(["Gateway; hit"]);

    /// <summary>Asks often enough for the answer to be kept, if it is one to keep.</summary>
    public static async Task WarmAsync(this HttpClient client, string target)
    {
        for (var i = 0; i < 2; i++)
        {
            using var answer = await client.GetAsync(target);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static byte[] Body(HttpRequest request, long version) =>
        Encoding.UTF8.GetBytes($"{request.Path}{request.QueryString} {version} {request.Headers.AcceptEncoding}");
}
