namespace Aspire.Hosting.ApplicationModel;

internal sealed class EndpointAnnotation : IResourceAnnotation
{
    public required string Name { get; init; }
    public string UriScheme { get; init; } = Uri.UriSchemeHttp;

    /// <summary>The port asked for; null: any free one.</summary>
    public int? Port { get; init; }

    /// <summary>Gets the port; an endpoint that has one is not in <c>ASPNETCORE_URLS</c>.</summary>
    public string? PortVariable { get; init; }

    /// <summary>The port in use, the same for the whole life of the application so that a restarted process keeps its address.</summary>
    public int? AllocatedPort { get; set; }
}

public enum EndpointProperty
{
    Url = 0,
    Host = 1,
    IPV4Host = 2,
    Port = 3,
    Scheme = 4,
    TargetPort = 5,
    HostAndPort = 6,
}

public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName)
{
    public IResourceWithEndpoints Resource { get; } = owner;
    public string EndpointName { get; } = endpointName;
    public string Scheme => Endpoint.UriScheme;
    public string Host { get; } = "localhost";
    public string Url => $"{Scheme}://{Host}:{Port}";

    public int Port => Endpoint.AllocatedPort
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of {Resource.Name} has no port before the application starts.");

    private EndpointAnnotation Endpoint => Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.Name == EndpointName)
        ?? throw new InvalidOperationException($"{Resource.Name} has no endpoint named '{EndpointName}'.");

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);
}

/// <summary>One property of an endpoint, known once the application starts. There is no proxy: a port is the process's own.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
{
    public EndpointReference Endpoint { get; } = endpointReference;
    public EndpointProperty Property { get; } = property;

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Property switch
    {
        EndpointProperty.Url => Endpoint.Url,
        EndpointProperty.Host => Endpoint.Host,
        EndpointProperty.IPV4Host => "127.0.0.1",
        EndpointProperty.Port or EndpointProperty.TargetPort => $"{Endpoint.Port}",
        EndpointProperty.Scheme => Endpoint.Scheme,
        _ => $"{Endpoint.Host}:{Endpoint.Port}",
    });
}
