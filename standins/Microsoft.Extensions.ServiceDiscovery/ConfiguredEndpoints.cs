using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>The endpoints of a service as configuration lists them: <c>Services:{service}:{scheme or endpoint name}:{n}</c>.</summary>
internal sealed class ConfiguredEndpoints(IConfiguration configuration)
{
    /// <summary>
    /// Every endpoint of the service that <paramref name="address"/> names, for the first of its schemes
    /// (<c>https+http://…</c>) that has any. A name that is not configured is an ordinary host and comes back as it is.
    /// </summary>
    public IReadOnlyList<Uri> Resolve(Uri address)
    {
        var schemes = address.Scheme.Split('+');
        var (service, endpointName) = SplitHost(address.Host);
        var section = configuration.GetSection("Services").GetSection(service);
        string[] candidates = endpointName is null ? ["default", .. schemes] : [endpointName];

        var configured = candidates.Select(section.GetSection).FirstOrDefault(candidate => candidate.Exists());
        var endpoints = configured?.GetChildren().DefaultIfEmpty(configured).Select(entry => Parse(entry, schemes[0])).ToList() ?? [];
        var scheme = schemes.FirstOrDefault(scheme => endpoints.Any(endpoint => endpoint.Scheme == scheme));

        return scheme is null
            ? [new UriBuilder(address) { Scheme = schemes[0], Host = service }.Uri]
            : [.. endpoints.Where(endpoint => endpoint.Scheme == scheme)];
    }

    /// <summary><c>_admin.searchapi</c> is the endpoint <c>admin</c> of <c>searchapi</c>.</summary>
    private static (string Service, string? EndpointName) SplitHost(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return host.StartsWith('_') && dot > 1 ? (host[(dot + 1)..], host[1..dot]) : (host, null);
    }

    private static Uri Parse(IConfigurationSection entry, string defaultScheme) =>
        Uri.TryCreate(entry.Value?.Contains("://", StringComparison.Ordinal) == false ? $"{defaultScheme}://{entry.Value}" : entry.Value, UriKind.Absolute, out var uri)
            ? uri
            : throw new KeyNotFoundException($"The endpoint at '{entry.Path}' is not an address: '{entry.Value}'.");
}
