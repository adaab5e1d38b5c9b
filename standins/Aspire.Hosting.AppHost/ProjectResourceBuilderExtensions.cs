using System.Reflection;

namespace Aspire.Hosting;

public interface IProjectMetadata { string ProjectPath { get; } }

public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project with the environment variables of the launch profile that starts it.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject().ProjectPath;
        // Written by the build beside the generated class (AppHost.targets).
        var assembly = typeof(TProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == project).Value!;
        var resource = builder.AddResource(new ProjectResource(name) { ProjectPath = project, AssemblyPath = assembly });
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(Path.GetDirectoryName(project)!, "Properties/launchSettings.json"), optional: true).Build();
        var profile = settings.GetSection("profiles").GetChildren().FirstOrDefault(profile => profile["commandName"] == "Project");
        foreach (var variable in profile?.GetSection("environmentVariables").GetChildren() ?? [])
        {
            resource.WithEnvironment(variable.Key, variable.Value);
        }

        return resource;
    }
}
