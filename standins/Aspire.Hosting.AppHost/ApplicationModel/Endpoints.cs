namespace Aspire.Hosting.ApplicationModel;

internal sealed class EndpointAnnotation : IResourceAnnotation
{
    public required string Name { get; init; }
    public string UriScheme { get; init; } = Uri.UriSchemeHttp;
    public int? Port { get; init; }

    /// <summary>Gets the port; an endpoint that has one is not in <c>ASPNETCORE_URLS</c>.</summary>
    public string? PortVariable { get; init; }

    /// <summary>The port in use, for the whole life of the application: a restarted process keeps its address.</summary>
    public int? AllocatedPort { get; set; }
}

public enum EndpointProperty { TargetPort = 5 }

public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName)
{
    public string EndpointName { get; } = endpointName;
    public string Url => $"{Endpoint.UriScheme}://localhost:{Port}";

    public int Port => Endpoint.AllocatedPort
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of {owner.Name} has no port before the application starts.");

    private EndpointAnnotation Endpoint => owner.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.Name == EndpointName)
        ?? throw new InvalidOperationException($"{owner.Name} has no endpoint named '{EndpointName}'.");

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);
}

/// <summary>A property of an endpoint, known once the application starts. There is no proxy: the target port is the port.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
{
    public EndpointProperty Property { get; } = property;

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new($"{endpointReference.Port}");
}
