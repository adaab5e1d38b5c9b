using Aspire.Hosting.Running;

namespace Fever.StandIns.Tests;

/// <summary>Any program, as a resource: what tests do to it shows what the stand-ins do with projects and servers.</summary>
internal sealed class ExecutableResource(string name, string command, string workingDirectory, string[] arguments)
    : Resource(name), IProcessResource, IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithWaitSupport
{
    private string? Program => Tools.Find(command, workingDirectory);

    Task IProcessResource.PrepareAsync(AppRunner app) => Program is null
        ? throw new DistributedApplicationException($"{Name} cannot start: there is no program '{command}'. Install it, or give its full path.")
        : Task.CompletedTask;

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app) => ProcessEnvironment.DescribeAsync(this, app, Program!, arguments, workingDirectory);
}

internal static class Executables
{
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[] arguments) =>
        builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory), arguments));
}
