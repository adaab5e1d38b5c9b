using System.Collections;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>The environment of a project or executable, as the real Aspire makes it.</summary>
internal static partial class ProcessEnvironment
{
    public static async Task<IReadOnlyDictionary<string, string>> ComposeAsync(IResource resource, AppRun run, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, object>();
        AddTelemetry(variables, resource, run);
        AddEndpoints(variables, resource);

        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(), variables);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        var environment = Inherited();
        foreach (var (name, value) in variables)
        {
            environment[name] = (value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : value.ToString()) ?? "";
        }

        return environment;
    }

    /// <summary>A name as the upper-case part of an environment variable.</summary>
    public static string Variable(string name) => NotWord().Replace(name, "_").ToUpperInvariant();

    /// <summary>The AppHost's own environment, less what tells the AppHost itself how to listen and what it is.</summary>
    public static Dictionary<string, string> Inherited() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(variable => (Name: (string)variable.Key, Value: (string?)variable.Value ?? ""))
        .Where(variable => !variable.Name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
            && variable.Name is not ("DOTNET_ENVIRONMENT" or "DOTNET_LAUNCH_PROFILE"))
        .ToDictionary(variable => variable.Name, variable => variable.Value);

    private static void AddTelemetry(Dictionary<string, object> variables, IResource resource, AppRun run)
    {
        variables["OTEL_SERVICE_NAME"] = resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Guid.NewGuid():N}";
        if (run.Dashboard is not { } dashboard)
        {
            return;
        }

        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = dashboard.TelemetryEndpoint;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        if (run.IsDevelopment)
        {
            foreach (var delay in (string[])["OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"])
            {
                variables[delay] = "1000";
            }
        }
    }

    private static void AddEndpoints(Dictionary<string, object> variables, IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        if (resource is ProjectResource && endpoints.Count > 0)
        {
            variables["ASPNETCORE_URLS"] = string.Join(';', endpoints.Select(endpoint => $"{endpoint.UriScheme}://127.0.0.1:{endpoint.AllocatedPort}"));
        }

        foreach (var endpoint in endpoints.Where(endpoint => endpoint.PortVariable is not null))
        {
            variables[endpoint.PortVariable!] = endpoint.AllocatedPort!;
        }
    }

    [GeneratedRegex(@"\W")]
    private static partial Regex NotWord();
}
