namespace Aspire.Hosting.ApplicationModel;

public sealed class EndpointAnnotation : IResourceAnnotation
{
    public required string Name { get; init; }
    public string UriScheme { get; init; } = Uri.UriSchemeHttp;

    /// <summary>The port asked for; null: any free one.</summary>
    public int? Port { get; init; }

    internal string? PortVariable { get; init; }

    /// <summary>The port in use, the same for the whole life of the application so that a restarted process keeps its address.</summary>
    internal int? AllocatedPort { get; set; }
}

public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName)
{
    public string Url => $"{Endpoint.UriScheme}://localhost:{Port}";

    public int Port => Endpoint.AllocatedPort
        ?? throw new InvalidOperationException($"The endpoint '{endpointName}' of {owner.Name} has no port before the application starts.");

    private EndpointAnnotation Endpoint => owner.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.Name == endpointName)
        ?? throw new InvalidOperationException($"{owner.Name} has no endpoint named '{endpointName}'.");
}
