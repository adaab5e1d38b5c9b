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
    : Resource(name), IProcessResource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    public string Command { get; } = command;
    public string WorkingDirectory { get; } = workingDirectory;

    Task IProcessResource.PrepareAsync(AppRunner app) => Tools.Find(Command, WorkingDirectory) is null
        ? throw new DistributedApplicationException($"{Name} cannot start: there is no program '{Command}'. Install it, or give its full path.")
        : Task.CompletedTask;

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app) =>
        ProcessEnvironment.DescribeAsync(this, app, Tools.Find(Command, WorkingDirectory)!, [], WorkingDirectory);
}

public class ProjectResource : Resource, IProcessResource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    private readonly IBuiltProject _project;

    internal ProjectResource(string name, IBuiltProject project)
        : base(name) => _project = project;

    Task IProcessResource.PrepareAsync(AppRunner app) => File.Exists(_project.AssemblyPath)
        ? Task.CompletedTask
        : throw new DistributedApplicationException($"{Name} cannot start: {_project.AssemblyPath} is missing. Build first: dotnet build.");

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app) =>
        ProcessEnvironment.DescribeAsync(this, app, Tools.DotNet, [_project.AssemblyPath], Path.GetDirectoryName(_project.ProjectPath)!);
}
