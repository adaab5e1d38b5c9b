using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a callback given to <c>WithEnvironment</c> fills: strings, endpoints, connection strings.</summary>
public sealed class EnvironmentCallbackContext
{
    public Dictionary<string, object> EnvironmentVariables { get; } = [];
}

internal sealed record EnvironmentAnnotation(Action<EnvironmentCallbackContext> Callback) : IResourceAnnotation;

/// <summary>Start only when the other resource is healthy.</summary>
internal sealed record WaitAnnotation(IResource Resource) : IResourceAnnotation;

/// <summary>One answer to "is it ready?", where an exception is a no; healthy is a resource whose probes all say yes.</summary>
internal sealed record HealthProbeAnnotation(Func<AppRunner, CancellationToken, Task<bool>> IsHealthyAsync) : IResourceAnnotation;
