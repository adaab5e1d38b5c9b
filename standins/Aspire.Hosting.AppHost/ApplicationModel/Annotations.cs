using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a callback given to <c>WithEnvironment</c> fills: strings, endpoints and their properties, connection strings, parameters.</summary>
public class EnvironmentCallbackContext
{
    internal EnvironmentCallbackContext() { }

    public Dictionary<string, object> EnvironmentVariables { get; } = [];
}

internal sealed record EnvironmentAnnotation(Action<EnvironmentCallbackContext> Callback) : IResourceAnnotation;

/// <summary>Start only when the other resource is healthy.</summary>
internal sealed record WaitAnnotation(IResource Resource) : IResourceAnnotation;

/// <summary>Shown by the dashboard: <c>Parent</c>, <c>Reference</c>, <c>WaitFor</c>.</summary>
internal sealed record RelationshipAnnotation(IResource Resource, string Type) : IResourceAnnotation;

internal sealed record IconAnnotation(string Name, IconVariant Variant) : IResourceAnnotation;

public enum UrlDisplayLocation { SummaryAndDetails = 0, DetailsOnly = 1 }

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
        resource.Annotations.OfType<UrlsAnnotation>().ToList().ForEach(annotation => annotation.Callback(urls));
        urls.ForEach(url => url.Url = url.Url.StartsWith('/') ? new Uri(new Uri(url.Endpoint!.Url), url.Url).AbsoluteUri : url.Url);
        return urls;
    }
}

/// <summary>One answer to "is it ready?", where an exception is a no; healthy is a resource whose probes all say yes.</summary>
internal sealed record HealthProbeAnnotation(string Name, Func<AppRunner, CancellationToken, Task<HealthCheckResult>> CheckAsync) : IResourceAnnotation
{
    public async Task<HealthReportSnapshot> ReportAsync(AppRunner app, CancellationToken cancellationToken)
    {
        HealthCheckResult result;
        try
        {
            result = await CheckAsync(app, cancellationToken);
        }
        catch (Exception exception)
        {
            result = HealthCheckResult.Unhealthy(exception.Message, exception);
        }

        return new(Name, result.Status, result.Description, result.Exception?.ToString()) { LastRunAt = app.Time.GetUtcNow().UtcDateTime };
    }
}

internal static class Unsupported
{
    /// <summary>A parameter of the real Aspire's that this stand-in would have to ignore is refused, by its name.</summary>
    public static void ThrowIf(bool isAskedFor, [CallerArgumentExpression(nameof(isAskedFor))] string parameter = "")
    {
        if (isAskedFor)
        {
            throw new NotSupportedException($"This stand-in of Aspire cannot honour the parameter '{parameter.Split(' ')[0]}': use the real Aspire (standins/README.md), or leave it out.");
        }
    }
}
