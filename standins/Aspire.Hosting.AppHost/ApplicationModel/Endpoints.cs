namespace Aspire.Hosting.ApplicationModel;

public sealed class EndpointAnnotation : IResourceAnnotation
{
    /// <summary>The port asked for; null: any free one.</summary>
    public int? Port { get; set; }

    public required string Name { get; init; }

    public required string UriScheme { get; init; }

    public bool IsExternal { get; set; }

    /// <summary>The variable that tells the process its port.</summary>
    internal string? PortVariable { get; init; }

    /// <summary>The port in use, the same for the whole life of the application so that a restarted process keeps its address.</summary>
    internal int? AllocatedPort { get; set; }
}

public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider
{
    public IResourceWithEndpoints Resource { get; } = owner;

    public string EndpointName { get; } = endpointName;

    public bool Exists => Find() is not null;

    public bool IsAllocated => Find()?.AllocatedPort is not null;

    public string Scheme => Endpoint.UriScheme;

    public string Host { get; } = "localhost";

    public int Port => Endpoint.AllocatedPort
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of {Resource.Name} has no port before the application starts.");

    public string Url => $"{Scheme}://{Host}:{Port}";

    private EndpointAnnotation Endpoint => Find()
        ?? throw new InvalidOperationException($"{Resource.Name} has no endpoint named '{EndpointName}'.");

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);

    private EndpointAnnotation? Find() => Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.Name == EndpointName);
}
