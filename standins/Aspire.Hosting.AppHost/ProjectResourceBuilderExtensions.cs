using System.Text.Json;
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
    private static readonly JsonDocumentOptions _lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Adds a project with the first launch profile that starts it.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() => Add<TProject>(builder, name, profiles => profiles.FirstOrDefault(IsProject));

    /// <summary>Adds a project with one of its launch profiles; null: with none.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() => Add<TProject>(builder, name, profiles => launchProfileName is null
            ? default
            : profiles.Where(profile => profile.Name == launchProfileName).DefaultIfEmpty()
                .Select(profile => profile.Name is null ? throw new DistributedApplicationException($"{name} has no launch profile '{launchProfileName}'.") : profile).First());

    private static IResourceBuilder<ProjectResource> Add<TProject>(IDistributedApplicationBuilder builder, string name, Func<IEnumerable<JsonProperty>, JsonProperty> choose)
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject() as IBuiltProject
            ?? throw new DistributedApplicationException($"{name}: {typeof(TProject)} does not tell where its assembly is.");
        var resource = builder.AddResource(new ProjectResource(name, project));

        var settings = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json");
        if (File.Exists(settings))
        {
            using var json = JsonDocument.Parse(File.ReadAllText(settings), _lenient);
            var profile = choose(json.RootElement.GetProperty("profiles").EnumerateObject());
            if (profile.Value.ValueKind == JsonValueKind.Object)
            {
                Apply(resource, profile.Value);
            }
        }

        return resource;
    }

    private static void Apply(IResourceBuilder<ProjectResource> resource, JsonElement profile)
    {
        if (profile.TryGetProperty("environmentVariables", out var variables))
        {
            foreach (var variable in variables.EnumerateObject())
            {
                resource.WithEnvironment(variable.Name, variable.Value.GetString());
            }
        }

        if (profile.TryGetProperty("applicationUrl", out var urls))
        {
            foreach (var url in urls.GetString()!.Split(';').Select(url => new Uri(url)).Where(url => url.Scheme == Uri.UriSchemeHttp))
            {
                resource.WithHttpEndpoint(port: url.Port);
            }
        }
    }

    private static bool IsProject(JsonProperty profile) => profile.Value.TryGetProperty("commandName", out var command) && command.GetString() == "Project";
}
