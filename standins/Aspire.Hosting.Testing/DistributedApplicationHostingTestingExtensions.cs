namespace Aspire.Hosting.Testing;

public static class DistributedApplicationHostingTestingExtensions
{
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = app.GetEndpoint(resourceName, endpointName);
        return client;
    }

    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null) =>
        new(new EndpointReference(app.Find<IResourceWithEndpoints>(resourceName), endpointName ?? "http").Url);

    public static ValueTask<string?> GetConnectionStringAsync(this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default) =>
        app.Find<IResourceWithConnectionString>(resourceName).GetConnectionStringAsync(cancellationToken);

    private static T Find<T>(this DistributedApplication app, string resourceName) =>
        app.Services.GetRequiredService<IList<IResource>>().Where(resource => string.Equals(resource.Name, resourceName, StringComparison.OrdinalIgnoreCase)).OfType<T>().FirstOrDefault()
            ?? throw new ArgumentException($"There is no {typeof(T).Name} named '{resourceName}'.", nameof(resourceName));
}
