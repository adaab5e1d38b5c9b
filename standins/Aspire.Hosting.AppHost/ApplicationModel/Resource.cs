using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

public abstract class Resource(string name) : IResource
{
    public string Name { get; } = name;
    public ResourceAnnotationCollection Annotations { get; } = [];
}

public class ExecutableResource(string name, string command, string workingDirectory, string[] arguments)
    : Resource(name), IProcessResource, IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    private string? Program => Tools.Find(command, workingDirectory);

    Task IProcessResource.PrepareAsync(AppRunner app) => Program is null
        ? throw new DistributedApplicationException($"{Name} cannot start: there is no program '{command}'. Install it, or give its full path.")
        : Task.CompletedTask;

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app) =>
        ProcessEnvironment.DescribeAsync(this, app, Program!, arguments, workingDirectory);
}

public class ProjectResource(string name, IBuiltProject project)
    : Resource(name), IProcessResource, IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    Task IProcessResource.PrepareAsync(AppRunner app) => File.Exists(project.AssemblyPath)
        ? Task.CompletedTask
        : throw new DistributedApplicationException($"{Name} cannot start: {project.AssemblyPath} is missing. Build first: dotnet build.");

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app) =>
        ProcessEnvironment.DescribeAsync(this, app, Tools.DotNet, [project.AssemblyPath], Path.GetDirectoryName(project.ProjectPath)!);
}
