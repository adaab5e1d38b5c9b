using System.Net.Http.Headers;
using Fever.ServiceDefaults.Http;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Fever.Gateway.Versions;

/// <summary>Sends the minimum version to the replicas, and raises it by their responses before any client sees them.</summary>
internal static class MinimumVersionTransforms
{
    public static IReverseProxyBuilder AddMinimumVersion(this IReverseProxyBuilder proxy)
    {
        proxy.Services.AddSingleton<MinimumVersion>();
        return proxy.AddTransforms(AddTransforms);
    }

    private static void AddTransforms(TransformBuilderContext transforms)
    {
        var minimum = transforms.Services.GetRequiredService<MinimumVersion>();
        transforms.AddRequestTransform(request =>
        {
            if (minimum.HeaderValue is { } value)
            {
                request.ProxyRequest.Headers.TryAddWithoutValidation(CatalogHeaders.MinimumVersion, value);
            }

            return default;
        });
        transforms.AddResponseTransform(response =>
        {
            if (response.ProxyResponse is { } proxied)
            {
                Observe(minimum, proxied);
                // For the gateway's cache keys alone.
                response.HttpContext.Response.Headers.Remove(CatalogHeaders.TimeResolution);
            }

            return default;
        });
    }

    private static void Observe(MinimumVersion minimum, HttpResponseMessage response)
    {
        if (ReadNumber(response.Headers, CatalogHeaders.Version) is { } version)
        {
            minimum.Observe(
                ReadNumber(response.RequestMessage!.Headers, CatalogHeaders.MinimumVersion), version, (short?)ReadNumber(response.Headers, CatalogHeaders.TimeResolution));
        }
    }

    private static long? ReadNumber(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? CatalogHeaders.ParseVersion(values.ToString()) : null;
}
