using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The state of every resource, and a way to wait for one.</summary>
public class ResourceNotificationService
{
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly Broadcast<ResourceEvent> _changes;

    internal ResourceNotificationService(IHostApplicationLifetime lifetime, TimeProvider time) =>
        (_lifetime, _time, _changes) = (lifetime, time, new(() => _current.Values));

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent) =>
        _current.TryGetValue(resourceId, out resourceEvent);

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, resource => resource.Snapshot.HealthStatus == HealthStatus.Healthy, cancellationToken);

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, resource => resource.Snapshot.State?.Text == (targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <summary>Ends as cancelled when the application stops first, as it does when a resource fails to start.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lifetime.ApplicationStopping);
        return await WatchAsync(either.Token).FirstAsync(resource => string.Equals(resource.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(resource), either.Token);
    }

    /// <summary>The present state of every resource, then every change: a state that lasts a moment is not missed.</summary>
    public IAsyncEnumerable<ResourceEvent> WatchAsync(CancellationToken cancellationToken = default) =>
        _changes.ReadAsync(follow: true, most: 1, cancellationToken).Select(changes => changes[0]);

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        _changes.Publish(() =>
        {
            var present = _current.TryGetValue(resource.Name, out var last)
                ? last.Snapshot
                : new() { ResourceType = TypeOf(resource), CreationTimeStamp = _time.GetUtcNow().UtcDateTime, Properties = [] };
            return _current[resource.Name] = new(resource, resource.Name, stateFactory(present));
        });
        return Task.CompletedTask;
    }

    /// <summary>What the dashboard calls its kind: <c>Project</c> for a <see cref="ProjectResource"/>.</summary>
    private static string TypeOf(IResource resource) => resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal);
}
