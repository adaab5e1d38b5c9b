namespace Aspire.Hosting;

/// <summary>What the dashboard shows of a resource, and lets its user do.</summary>
public static partial class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithIconName<T>(this IResourceBuilder<T> builder, string iconName, IconVariant iconVariant = IconVariant.Filled)
        where T : IResource => builder.With(new IconAnnotation(iconName, iconVariant));

    public static IResourceBuilder<T> WithParentRelationship<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> parent)
        where T : IResource => builder.WithRelationship(parent.Resource, "Parent");

    /// <summary>Changes the URL of an endpoint; a relative one is relative to the endpoint.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
        where T : IResource => builder.With(new UrlsAnnotation(urls =>
        {
            if (urls.Find(url => url.Endpoint?.EndpointName == endpointName) is { } url)
            {
                callback(url);
            }
        }));

    /// <summary>Adds one more URL of an endpoint; a relative one is relative to the endpoint.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Func<EndpointReference, ResourceUrlAnnotation> callback)
        where T : IResourceWithEndpoints => builder.With(new UrlsAnnotation(urls =>
        {
            var endpoint = builder.GetEndpoint(endpointName);
            var url = callback(endpoint);
            urls.Add(new() { Url = url.Url, DisplayText = url.DisplayText, DisplayLocation = url.DisplayLocation, Endpoint = endpoint });
        }));

    /// <summary>A command of the same name that was there before is replaced.</summary>
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null)
        where T : IResource => builder.With(new ResourceCommandAnnotation(name, displayName, executeCommand, commandOptions ?? new()));

    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(this IResourceBuilder<TResource> builder, string path, string displayName, string? endpointName = null, string? commandName = null, HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints
    {
        var endpoint = builder.GetEndpoint(endpointName ?? "http");
        var options = commandOptions ?? new();
        options.UpdateState ??= context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
        var name = commandName ?? $"{builder.Resource.Name}-{endpoint.EndpointName}-http-post-{path}";
        return builder.WithCommand(name, displayName, async context =>
        {
            using var client = context.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
            using var response = await client.PostAsync(new UriBuilder(endpoint.Url) { Path = path }.Uri, content: null, context.CancellationToken);
            return response.IsSuccessStatusCode ? CommandResults.Success() : CommandResults.Failure($"Request failed with status code {response.StatusCode}");
        }, options);
    }
}
