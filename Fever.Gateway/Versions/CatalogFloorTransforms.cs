using System.Net.Http.Headers;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Fever.Gateway.Versions;

/// <summary>Carries the floor to the replicas, and raises it by their answers before a client sees any of them.</summary>
internal static class CatalogFloorTransforms
{
    public static IReverseProxyBuilder AddCatalogFloor(this IReverseProxyBuilder proxy)
    {
        proxy.Services.AddSingleton<CatalogFloor>();
        return proxy.AddTransforms(Add);
    }

    private static void Add(TransformBuilderContext transforms)
    {
        var floor = transforms.Services.GetRequiredService<CatalogFloor>();
        transforms.AddRequestTransform(request =>
        {
            Carry(floor.Text, request.ProxyRequest.Headers);
            return default;
        });
        transforms.AddResponseTransform(response =>
        {
            if (response.ProxyResponse is { } answer)
            {
                Learn(floor, answer);
            }

            return default;
        });
    }

    private static void Carry(string? floor, HttpRequestHeaders headers)
    {
        // A client that made up a version would have every request of its own ask the database.
        headers.Remove(CatalogVersion.FloorHeader);
        if (floor is not null)
        {
            headers.TryAddWithoutValidation(CatalogVersion.FloorHeader, floor);
        }
    }

    private static void Learn(CatalogFloor floor, HttpResponseMessage answer)
    {
        var version = Read(answer.Headers, CatalogVersion.Header);
        if (version != CatalogVersion.None)
        {
            floor.Learn(Read(answer.RequestMessage!.Headers, CatalogVersion.FloorHeader), version);
        }
    }

    private static long Read(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? CatalogVersion.Parse(values.ToString()) : CatalogVersion.None;
}
