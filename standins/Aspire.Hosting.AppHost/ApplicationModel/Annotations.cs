using Aspire.Hosting.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a callback given to <c>WithEnvironment</c> fills: strings, endpoints and their properties, connection strings, parameters.</summary>
public class EnvironmentCallbackContext
{
    internal EnvironmentCallbackContext()
    {
    }

    public Dictionary<string, object> EnvironmentVariables { get; } = [];
}

internal sealed record EnvironmentAnnotation(Action<EnvironmentCallbackContext> Callback) : IResourceAnnotation;

/// <summary>Start only when the other resource is healthy.</summary>
internal sealed record WaitAnnotation(IResource Resource) : IResourceAnnotation;

/// <summary>Shown by the dashboard: <c>Parent</c>, <c>Reference</c>.</summary>
internal sealed record RelationshipAnnotation(IResource Resource, string Type) : IResourceAnnotation;

internal sealed record IconAnnotation(string Name, IconVariant Variant) : IResourceAnnotation;

/// <summary>One answer to "is it ready?", where an exception is a no; healthy is a resource whose probes all say yes.</summary>
internal sealed record HealthProbeAnnotation(string Name, Func<AppRunner, CancellationToken, Task<HealthCheckResult>> CheckAsync) : IResourceAnnotation;
