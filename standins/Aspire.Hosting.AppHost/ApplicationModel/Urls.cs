namespace Aspire.Hosting.ApplicationModel;

public enum UrlDisplayLocation
{
    SummaryAndDetails = 0,
    DetailsOnly = 1,
}

/// <summary>A link that the dashboard shows at a resource.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    public required string Url { get; set; }
    public string? DisplayText { get; set; }
    public UrlDisplayLocation DisplayLocation { get; set; }
    public EndpointReference? Endpoint { get; init; }
}

internal sealed record UrlsAnnotation(Action<List<ResourceUrlAnnotation>> Callback) : IResourceAnnotation
{
    /// <summary>A URL for each endpoint of the resource, as its callbacks leave them, all absolute.</summary>
    public static List<ResourceUrlAnnotation> Of(IResourceWithEndpoints resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => new EndpointReference(resource, endpoint.Name));
        var urls = endpoints.Select(endpoint => new ResourceUrlAnnotation { Url = endpoint.Url, Endpoint = endpoint }).ToList();
        foreach (var annotation in resource.Annotations.OfType<UrlsAnnotation>())
        {
            annotation.Callback(urls);
        }

        urls.ForEach(url => url.Url = new Uri(new Uri(url.Endpoint!.Url), url.Url).AbsoluteUri);
        return urls;
    }
}
