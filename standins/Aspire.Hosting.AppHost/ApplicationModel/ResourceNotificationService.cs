using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.ApplicationModel;

public static class KnownResourceStates
{
    public const string Waiting = "Waiting";
    public const string Starting = "Starting";
    public const string Running = "Running";
    public const string Exited = "Exited";
    public const string Finished = "Finished";
    public const string FailedToStart = "FailedToStart";
}

public sealed record ResourceStateSnapshot(string Text);

public sealed record ResourcePropertySnapshot(string Name, object? Value);

public sealed record CustomResourceSnapshot
{
    public ResourceStateSnapshot? State { get; init; }
    public HealthStatus? HealthStatus { get; init; }

    /// <summary>A running process has <c>executable.pid</c>.</summary>
    public ImmutableArray<ResourcePropertySnapshot> Properties { get; init; } = [];
}

public sealed record ResourceEvent(IResource Resource, string ResourceId, CustomResourceSnapshot Snapshot);

/// <summary>The state of every resource, and a way to wait for one.</summary>
public sealed class ResourceNotificationService(IHostApplicationLifetime lifetime)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private Action<ResourceEvent>? _published;

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, resource => resource.Snapshot.HealthStatus == HealthStatus.Healthy, cancellationToken);

    /// <summary>Ends as cancelled when the application stops first, as it does when a resource fails to start.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        var found = new TaskCompletionSource<ResourceEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            // Every change is looked at, so that a state that lasts a moment is not missed.
            _published += Look;
            if (_current.TryGetValue(resourceName, out var current))
            {
                Look(current);
            }
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            return await found.Task.WaitAsync(either.Token);
        }
        finally
        {
            lock (_gate)
            {
                _published -= Look;
            }
        }

        void Look(ResourceEvent resource)
        {
            if (string.Equals(resource.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(resource))
            {
                found.TrySetResult(resource);
            }
        }
    }

    internal void Publish(IResource resource, CustomResourceSnapshot snapshot)
    {
        lock (_gate)
        {
            _current[resource.Name] = new ResourceEvent(resource, resource.Name, snapshot);
            _published?.Invoke(_current[resource.Name]);
        }
    }
}
