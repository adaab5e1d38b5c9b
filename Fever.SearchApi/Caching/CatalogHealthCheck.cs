using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fever.SearchApi.Caching;

/// <summary>
/// A replica takes traffic from the moment it has seen a catalogue, and for good: when the database is lost later,
/// the replica still answers what is cached, and taking all of them out would answer nothing.
/// </summary>
internal sealed class CatalogHealthCheck(CurrentCatalog catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(catalog.Version is { } version
            ? HealthCheckResult.Healthy($"Catalog version {version.Version}")
            : HealthCheckResult.Unhealthy("No catalog version has been read yet"));
}
