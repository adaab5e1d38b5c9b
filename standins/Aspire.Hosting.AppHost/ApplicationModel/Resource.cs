using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

public abstract class Resource(string name) : IResource
{
    public string Name { get; } = name;

    public ResourceAnnotationCollection Annotations { get; } = [];
}

/// <summary>A container in the real Aspire; here each kind says which local process takes its place.</summary>
public abstract class ContainerResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport;

public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IProcessResource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    public string Command { get; } = command;

    public string WorkingDirectory { get; } = workingDirectory;

    Task IProcessResource.PrepareAsync(AppRun run, CancellationToken cancellationToken) =>
        Tools.Find(Command, WorkingDirectory) is null
            ? throw new DistributedApplicationException($"{Name} cannot start: there is no program '{Command}'. Install it, or name it by its full path.")
            : Task.CompletedTask;

    async Task<ProcessSpec> IProcessResource.DescribeAsync(AppRun run, CancellationToken cancellationToken) => new()
    {
        FileName = Tools.Find(Command, WorkingDirectory)!,
        Arguments = [.. Annotations.OfType<ArgumentsAnnotation>().SelectMany(annotation => annotation.Arguments)],
        WorkingDirectory = WorkingDirectory,
        Environment = await ProcessEnvironment.ComposeAsync(this, run, cancellationToken),
    };
}

public class ProjectResource : Resource, IProcessResource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    private readonly IBuiltProject _project;

    internal ProjectResource(string name, IBuiltProject project)
        : base(name) => _project = project;

    Task IProcessResource.PrepareAsync(AppRun run, CancellationToken cancellationToken) =>
        File.Exists(_project.AssemblyPath)
            ? Task.CompletedTask
            : throw new DistributedApplicationException($"{Name} cannot start: {_project.AssemblyPath} is missing. Build first: dotnet build.");

    async Task<ProcessSpec> IProcessResource.DescribeAsync(AppRun run, CancellationToken cancellationToken) => new()
    {
        FileName = Tools.DotNet,
        Arguments = [_project.AssemblyPath, .. Annotations.OfType<ArgumentsAnnotation>().SelectMany(annotation => annotation.Arguments)],
        WorkingDirectory = Path.GetDirectoryName(_project.ProjectPath)!,
        Environment = await ProcessEnvironment.ComposeAsync(this, run, cancellationToken),
    };
}

public class ParameterResource : Resource, IValueProvider
{
    private readonly Func<string> _value;

    internal ParameterResource(string name, Func<string> value, bool secret)
        : base(name)
    {
        _value = value;
        Secret = secret;
    }

    public bool Secret { get; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(_value());
}
