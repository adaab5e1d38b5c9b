namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = value ?? "");

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = parameter.Resource);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback)
        where T : IResourceWithEnvironment => builder.With(new EnvironmentAnnotation(callback));

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        Unsupported.ThrowIf(optional);
        return builder.WithRelationship(source.Resource, "Reference").WithEnvironment(context =>
        {
            var name = connectionName ?? source.Resource.Name;
            context.EnvironmentVariables[$"ConnectionStrings__{name}"] = source.Resource;
            foreach (var (part, value) in ((IConnectionParts)source.Resource).Parts)
            {
                context.EnvironmentVariables[$"{ProcessEnvironment.Variable(name).ToUpperInvariant()}_{part}"] = value;
            }
        });
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.WithServices(source.Resource, source.Resource.Name, source.Resource.Name.ToUpperInvariant());

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment => builder.WithServices(source.Resource, name, name);

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    /// <summary>There is no proxy in front: the process itself listens on the port.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null)
        where T : IResourceWithEndpoints
    {
        Unsupported.ThrowIf(targetPort is not null && targetPort != (port ?? targetPort));
        Unsupported.ThrowIf(isProxied is true);
        return builder.With(new EndpointAnnotation { Name = name ?? "http", Port = port ?? targetPort, PortVariable = env });
    }

    /// <summary>Means something to a deployment only: locally, all endpoints are on the loopback address.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints => builder;

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.GetEndpoint(endpointName ?? "http");
        return builder.With(new HealthProbeAnnotation($"{builder.Resource.Name}_{endpoint.EndpointName}_{path}_{statusCode ?? 200}_check", async (app, cancellationToken) =>
        {
            using var response = await app.CreateHealthClient().GetAsync(new Uri(new Uri(endpoint.Url), path ?? "/"), cancellationToken);
            return (int)response.StatusCode == (statusCode ?? 200)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"{response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }));
    }

    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.With(new WaitAnnotation(dependency.Resource)).WithRelationship(dependency.Resource, "WaitFor");

    /// <summary>Gives <c>services__{name}__{endpoint}__{n}</c> and <c>{prefix}_{ENDPOINT}</c>.</summary>
    private static IResourceBuilder<T> WithServices<T>(this IResourceBuilder<T> builder, IResourceWithServiceDiscovery source, string name, string prefix)
        where T : IResourceWithEnvironment => builder.WithRelationship(source, "Reference").WithEnvironment(context =>
        {
            foreach (var endpoint in source.Annotations.OfType<EndpointAnnotation>())
            {
                var url = new EndpointReference(source, endpoint.Name);
                context.EnvironmentVariables[ProcessEnvironment.Variable($"{prefix}_{endpoint.Name.ToUpperInvariant()}")] = url;
                var key = $"services__{name}__{endpoint.Name}__";
                context.EnvironmentVariables[$"{key}{context.EnvironmentVariables.Keys.Count(other => other.StartsWith(key, StringComparison.Ordinal))}"] = url;
            }
        });

    private static IResourceBuilder<T> WithRelationship<T>(this IResourceBuilder<T> builder, IResource resource, string type)
        where T : IResource => builder.With(new RelationshipAnnotation(resource, type));

    private static IResourceBuilder<T> With<T>(this IResourceBuilder<T> builder, IResourceAnnotation annotation)
        where T : IResource
    {
        builder.Resource.Annotations.Add(annotation);
        return builder;
    }
}
