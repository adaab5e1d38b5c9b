namespace Aspire.Hosting.ApplicationModel;

public class ProjectResource(string name) : Resource(name), IProcessResource, IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal string ProjectPath { get; init; } = "";

    /// <summary>What the project builds: processes are started from it, without MSBuild.</summary>
    internal string AssemblyPath { get; init; } = "";

    Task IProcessResource.PrepareAsync(AppRunner app) => File.Exists(AssemblyPath)
        ? Task.CompletedTask
        : throw new DistributedApplicationException($"{Name} cannot start: {AssemblyPath} is missing. Build first: dotnet build.");

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app) =>
        ProcessEnvironment.DescribeAsync(this, app, Tools.DotNet, [AssemblyPath], Path.GetDirectoryName(ProjectPath)!);
}
