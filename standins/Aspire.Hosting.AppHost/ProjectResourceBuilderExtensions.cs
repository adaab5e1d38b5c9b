using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public interface IProjectMetadata
{
    string ProjectPath { get; }
}

public static class ProjectResourceBuilderExtensions
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Adds a project with the environment variables of the first of its launch profiles that starts it.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject().ProjectPath;
        // Written by the build beside the generated class (AppHost.targets).
        var assembly = typeof(TProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == project).Value!;
        var resource = builder.AddResource(new ProjectResource(name) { ProjectPath = project, AssemblyPath = assembly });
        var settings = Path.Combine(Path.GetDirectoryName(project)!, "Properties", "launchSettings.json");
        var profiles = File.Exists(settings) ? JsonNode.Parse(File.ReadAllText(settings), null, Lenient)?["profiles"]?.AsObject() : null;
        var profile = profiles?.FirstOrDefault(profile => (string?)profile.Value?["commandName"] == "Project").Value;
        foreach (var (variable, value) in profile?["environmentVariables"]?.AsObject() ?? [])
        {
            resource.WithEnvironment(variable, (string?)value);
        }

        return resource;
    }
}
