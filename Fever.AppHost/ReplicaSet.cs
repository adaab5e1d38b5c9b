using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fever.AppHost;

/// <summary>The replicas of one service, <c>{name}-1</c> and so on, under whose name the dashboard shows them.</summary>
internal sealed class ReplicaSet(string name) : Resource(name), IResourceWithoutLifetime;

/// <summary>The set runs while one of its replicas does.</summary>
internal sealed class ReplicaSetState(ResourceNotificationService resources, ReplicaSet replicas) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new HashSet<string>();
        await foreach (var change in resources.WatchAsync(stoppingToken))
        {
            if (change.Resource.Name.StartsWith($"{replicas.Name}-", StringComparison.Ordinal))
            {
                _ = change.Snapshot.State?.Text == KnownResourceStates.Running ? running.Add(change.ResourceId) : running.Remove(change.ResourceId);
                var state = running.Count > 0 ? KnownResourceStates.Running : KnownResourceStates.Waiting;
                await resources.PublishUpdateAsync(replicas, set => set with { State = state });
            }
        }
    }
}

internal static class ReplicaSetExtensions
{
    public static IResourceBuilder<ReplicaSet> AddReplicaSet(this IDistributedApplicationBuilder builder, string name)
    {
        var replicas = builder.AddResource(new ReplicaSet(name));
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ReplicaSetState>(services, replicas.Resource));
        return replicas;
    }
}
