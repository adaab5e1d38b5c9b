using System.Collections;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.Running;

/// <summary>The environment of a project or executable, as the real Aspire makes it.</summary>
internal static partial class ProcessEnvironment
{
    public static async Task<ProcessSpec> DescribeAsync(IResource resource, AppRunner app, string program, string[] arguments, string workingDirectory)
    {
        var context = new EnvironmentCallbackContext();
        AddDefaults(context.EnvironmentVariables, resource, app);
        resource.Annotations.OfType<EnvironmentAnnotation>().ToList().ForEach(annotation => annotation.Callback(context));
        var environment = Inherited();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            environment[name] = value switch
            {
                EndpointReference endpoint => endpoint.Url,
                EndpointReferenceExpression property => await property.GetValueAsync() ?? "",
                IResourceWithConnectionString connection => await connection.GetConnectionStringAsync() ?? "",
                ParameterResource parameter => parameter.CurrentValue,
                _ => value.ToString() ?? "",
            };
        }

        return new(program, arguments) { WorkingDirectory = workingDirectory, Environment = environment, OwnVariables = context.EnvironmentVariables.Keys };
    }

    /// <summary>A name as a part of an environment variable's.</summary>
    public static string Variable(string name) => NotWord().Replace(name, "_");

    /// <summary>The AppHost's own environment, less what tells the AppHost itself what it is and where to listen.</summary>
    public static Dictionary<string, string> Inherited() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>().Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""))
        .Where(variable => !(variable.Key.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || variable.Key.StartsWith("ASPIRE_", StringComparison.Ordinal) || variable.Key is "DOTNET_ENVIRONMENT" or "DOTNET_LAUNCH_PROFILE"))
        .ToDictionary();

    private static void AddDefaults(Dictionary<string, object> variables, IResource resource, AppRunner app)
    {
        variables["OTEL_SERVICE_NAME"] = resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={app.InstanceId}";
        if (app.Dashboard is { } dashboard)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = dashboard.TelemetryUrl;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={dashboard.TelemetryKey}";
        }

        if (app.IsDevelopment)
        {
            variables["OTEL_BSP_SCHEDULE_DELAY"] = variables["OTEL_BLRP_SCHEDULE_DELAY"] = variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
        }

        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToLookup(endpoint => endpoint.PortVariable is not null);
        if (resource is ProjectResource && endpoints[false].Any())
        {
            variables["ASPNETCORE_URLS"] = string.Join(';', endpoints[false].Select(endpoint => $"{endpoint.UriScheme}://127.0.0.1:{endpoint.AllocatedPort}"));
        }

        foreach (var endpoint in endpoints[true])
        {
            variables[endpoint.PortVariable!] = endpoint.AllocatedPort!;
        }
    }

    [GeneratedRegex(@"\W")]
    private static partial Regex NotWord();
}
