using System.Net;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;

namespace Aspire.Hosting;

public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory), args ?? []));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = value ?? "");

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback)
        where T : IResourceWithEnvironment => builder.With(new EnvironmentAnnotation(callback));

    /// <summary>Gives <c>ConnectionStrings__{name}</c> and its parts.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source)
        where TDestination : IResourceWithEnvironment => builder.WithEnvironment(context =>
        {
            var name = source.Resource.Name;
            context.EnvironmentVariables[$"ConnectionStrings__{name}"] = source.Resource;
            foreach (var (part, value) in ((IConnectionParts)source.Resource).Parts)
            {
                context.EnvironmentVariables[$"{ProcessEnvironment.Variable(name)}_{part}"] = value;
            }
        });

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.WithReference(source, source.Resource.Name);

    /// <summary>Gives <c>services__{name}__{endpoint}__{n}</c>; resources referenced under one name add up.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment => builder.WithEnvironment(context =>
        {
            foreach (var endpoint in source.Resource.Annotations.OfType<EndpointAnnotation>())
            {
                var url = new EndpointReference(source.Resource, endpoint.Name);
                context.EnvironmentVariables.TryAdd(ProcessEnvironment.Variable($"{name}_{endpoint.Name}"), url);
                for (var n = 0; !context.EnvironmentVariables.TryAdd($"services__{name}__{endpoint.Name}__{n}", url); n++)
                {
                }
            }
        });

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    /// <summary>There is no proxy in front: the process itself listens on the port.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, string? name = null, string? env = null)
        where T : IResourceWithEndpoints => builder.With(new EndpointAnnotation { Name = name ?? "http", Port = port, PortVariable = env });

    /// <summary>Means something to a deployment only: locally, all endpoints are on the loopback address.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints => builder;

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null)
        where T : IResourceWithEndpoints => builder.With(new HealthProbeAnnotation(async (app, cancellationToken) =>
        {
            var url = new Uri(new Uri(builder.GetEndpoint("http").Url), path ?? "/");
            using var response = await app.CreateHealthClient().GetAsync(url, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }));

    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.With(new WaitAnnotation(dependency.Resource));

    private static IResourceBuilder<T> With<T>(this IResourceBuilder<T> builder, IResourceAnnotation annotation)
        where T : IResource
    {
        builder.Resource.Annotations.Add(annotation);
        return builder;
    }
}
