using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

public static class ServiceDiscoveryServiceCollectionExtensions
{
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services)
    {
        services.TryAddSingleton<ConfiguredEndpoints>();
        return services;
    }
}

public static class ServiceDiscoveryHttpClientBuilderExtensions
{
    public static IHttpClientBuilder AddServiceDiscovery(this IHttpClientBuilder httpClientBuilder)
    {
        httpClientBuilder.Services.AddServiceDiscovery();
        return httpClientBuilder.AddHttpMessageHandler(services => new ResolvingHttpHandler(services.GetRequiredService<ConfiguredEndpoints>()));
    }
}

/// <summary>Sends each request to the next endpoint of the service that its host names.</summary>
internal sealed class ResolvingHttpHandler(ConfiguredEndpoints endpoints) : DelegatingHandler
{
    private uint _next = uint.MaxValue;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var original = request.RequestUri!;
        var resolved = endpoints.Resolve(original);
        var endpoint = resolved[(int)(Interlocked.Increment(ref _next) % (uint)resolved.Count)];
        request.RequestUri = new UriBuilder(original) { Scheme = endpoint.Scheme, Host = endpoint.Host, Port = endpoint.Port }.Uri;
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // A retry further out must choose again.
            request.RequestUri = original;
        }
    }
}
