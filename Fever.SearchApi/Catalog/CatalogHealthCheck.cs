using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fever.SearchApi.Catalog;

/// <summary>
/// A replica takes traffic once it has read a catalog version, and from then on always: when the database is lost later,
/// the replica still answers what is cached, and with every replica out of rotation nothing would be answered.
/// </summary>
internal sealed class CatalogHealthCheck(CurrentCatalog catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(catalog.Version is { } version
            ? HealthCheckResult.Healthy($"Catalog version {version.Number}")
            : HealthCheckResult.Unhealthy("No catalog version has been read yet"));
}
