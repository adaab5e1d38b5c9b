using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fever.Ingestor.Database;

/// <summary>
/// Whether the database is up to date. Until it is the service is unhealthy, so whatever waits for a healthy
/// Ingestor finds a schema.
/// </summary>
internal sealed class SchemaReady : IHealthCheck
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set() => _ready.TrySetResult();

    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_ready.Task.IsCompleted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database schema is not up to date yet."));
}
