using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public interface IProjectMetadata
{
    string ProjectPath { get; }
}

/// <summary>Implemented by the generated <c>Projects.*</c> classes: processes are started from what was built, without MSBuild.</summary>
public interface IBuiltProject : IProjectMetadata
{
    string AssemblyPath { get; }
}

public static class ProjectResourceBuilderExtensions
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Adds a project with the first of its launch profiles that starts it.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() =>
        Add<TProject>(builder, name, profiles => profiles.FirstOrDefault(profile => (string?)profile.Value?["commandName"] == "Project").Value);

    /// <summary>Adds a project with the named launch profile; null: with none.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() =>
        Add<TProject>(builder, name, profiles => launchProfileName is null ? null : profiles[launchProfileName]
            ?? throw new DistributedApplicationException($"{name} has no launch profile '{launchProfileName}'."));

    private static IResourceBuilder<ProjectResource> Add<TProject>(IDistributedApplicationBuilder builder, string name, Func<JsonObject, JsonNode?> choose)
        where TProject : IProjectMetadata, new()
    {
        var project = (IBuiltProject)(object)new TProject();
        var resource = builder.AddResource(new ProjectResource(name, project));
        var settings = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json");
        var profiles = File.Exists(settings) ? JsonNode.Parse(File.ReadAllText(settings), null, Lenient)?["profiles"] : null;
        var profile = choose(profiles?.AsObject() ?? []);
        foreach (var (variable, value) in profile?["environmentVariables"]?.AsObject() ?? [])
        {
            resource.WithEnvironment(variable, (string?)value);
        }

        // Only http: there is no development certificate to serve https with.
        foreach (var url in ((string?)profile?["applicationUrl"] ?? "").Split(';').Where(url => url.StartsWith("http://", StringComparison.Ordinal)))
        {
            resource.WithHttpEndpoint(port: new Uri(url).Port);
        }

        return resource;
    }
}
