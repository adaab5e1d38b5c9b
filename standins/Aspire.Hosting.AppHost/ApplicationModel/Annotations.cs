using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a callback given to <c>WithEnvironment</c> may fill: strings, parameters, endpoints.</summary>
public sealed class EnvironmentCallbackContext(DistributedApplicationExecutionContext executionContext, Dictionary<string, object> environmentVariables)
{
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables;
}

public sealed class EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> callback) : IResourceAnnotation
{
    public Func<EnvironmentCallbackContext, Task> Callback { get; } = callback;
}

internal sealed record ArgumentsAnnotation(IReadOnlyList<string> Arguments) : IResourceAnnotation;

/// <summary>Start only when the other resource is healthy or, given an exit code, when it has finished with it.</summary>
internal sealed record WaitAnnotation(IResource Resource, int? ExitCode) : IResourceAnnotation;

/// <summary>One answer to "is it ready?"; a resource is healthy when all of its probes say yes.</summary>
internal sealed record HealthProbeAnnotation(Func<AppRun, CancellationToken, Task<bool>> IsHealthyAsync) : IResourceAnnotation;
