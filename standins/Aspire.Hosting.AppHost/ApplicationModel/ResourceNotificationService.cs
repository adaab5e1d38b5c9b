using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
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

public sealed record ResourceStateSnapshot(string Text, string? Style = null)
{
    public static implicit operator ResourceStateSnapshot?(string? text) => text is null ? null : new(text);
}

public sealed record ResourcePropertySnapshot(string Name, object? Value);

public sealed record CustomResourceSnapshot
{
    public ResourceStateSnapshot? State { get; init; }

    public int? ExitCode { get; init; }

    public HealthStatus? HealthStatus { get; init; }

    /// <summary>A running process has <c>executable.pid</c>.</summary>
    public ImmutableArray<ResourcePropertySnapshot> Properties { get; init; } = [];
}

public sealed class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    public IResource Resource { get; } = resource;

    public string ResourceId { get; } = resourceId;

    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}

/// <summary>The state of every resource, and a way to wait for one.</summary>
public sealed class ResourceNotificationService(IHostApplicationLifetime lifetime)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Waiter> _waiters = [];

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, resource => resource.Snapshot.State?.Text == (targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <exception cref="DistributedApplicationException">It failed to start.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        var resource = await WaitForResourceAsync(
            resourceName,
            resource => resource.Snapshot is { HealthStatus: HealthStatus.Healthy } or { State.Text: KnownResourceStates.FailedToStart },
            cancellationToken);
        return resource.Snapshot.State?.Text == KnownResourceStates.FailedToStart
            ? throw new DistributedApplicationException($"{resourceName} failed to start.")
            : resource;
    }

    /// <summary>Ends as cancelled when the application stops first.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        var waiter = new Waiter(resourceName, predicate);
        lock (_gate)
        {
            if (_current.TryGetValue(resourceName, out var current) && predicate(current))
            {
                return current;
            }

            _waiters.Add(waiter);
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            return await waiter.Task.WaitAsync(either.Token);
        }
        finally
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_gate)
        {
            return _current.TryGetValue(resourceId, out resourceEvent);
        }
    }

    internal void Publish(IResource resource, CustomResourceSnapshot snapshot)
    {
        var resourceEvent = new ResourceEvent(resource, resource.Name, snapshot);
        lock (_gate)
        {
            _current[resource.Name] = resourceEvent;
            // Asked at every change, so that a state that lasts a moment is not missed.
            foreach (var waiter in _waiters)
            {
                waiter.Offer(resourceEvent);
            }
        }
    }

    private sealed class Waiter(string name, Func<ResourceEvent, bool> predicate)
    {
        private readonly TaskCompletionSource<ResourceEvent> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ResourceEvent> Task => _done.Task;

        public void Offer(ResourceEvent resource)
        {
            if (string.Equals(resource.Resource.Name, name, StringComparison.OrdinalIgnoreCase) && predicate(resource))
            {
                _done.TrySetResult(resource);
            }
        }
    }
}
