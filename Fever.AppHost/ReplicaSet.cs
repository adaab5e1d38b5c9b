namespace Fever.AppHost;

/// <summary>The replicas of one service, under whose name the dashboard shows them.</summary>
internal sealed class ReplicaSet(string name) : Resource(name), IResourceWithoutLifetime;
