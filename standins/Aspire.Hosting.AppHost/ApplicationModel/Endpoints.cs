namespace Aspire.Hosting.ApplicationModel;

public sealed class EndpointAnnotation : IResourceAnnotation
{
    public required string Name { get; init; }
    public string UriScheme { get; init; } = Uri.UriSchemeHttp;

    /// <summary>The port asked for; null: any free one.</summary>
    public int? Port { get; set; }

    /// <summary>The port in use, the same for the whole life of the application so that a restarted process keeps its address.</summary>
    internal int? AllocatedPort { get; set; }
}

public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName)
{
    public IResourceWithEndpoints Resource { get; } = owner;
    public string EndpointName { get; } = endpointName;
    public string Host { get; } = "localhost";
    public string Url => $"{Endpoint.UriScheme}://{Host}:{Port}";

    public int Port => Endpoint.AllocatedPort
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of {Resource.Name} has no port before the application starts.");

    private EndpointAnnotation Endpoint => Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.Name == EndpointName)
        ?? throw new InvalidOperationException($"{Resource.Name} has no endpoint named '{EndpointName}'.");
}
