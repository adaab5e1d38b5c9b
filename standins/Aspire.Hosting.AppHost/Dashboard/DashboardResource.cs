using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// The genuine Aspire dashboard, unpacked by `make setup` or by the user's own Aspire CLI. Where it listens is configured as
/// for the real Aspire: <c>ASPNETCORE_URLS</c>, <c>ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL</c>.
/// </summary>
internal sealed class DashboardResource : Resource, IProcessResource, IResourceWithEndpoints
{
    private readonly IConfiguration _configuration;
    private readonly ResourceService _resources;
    private readonly string? _program;

    public DashboardResource(IConfiguration configuration, ResourceService resources)
        : base("dashboard")
    {
        (_configuration, _resources) = (configuration, resources);
        _program = configuration["DcpPublisher:DashboardPath"] ?? Unpacked();
        Annotations.Add(new EndpointAnnotation { Name = "http", Port = PortOf("ASPNETCORE_URLS") });
        Annotations.Add(new EndpointAnnotation { Name = "otlp-grpc", Port = PortOf("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL") });
        Annotations.Add(new EndpointAnnotation { Name = "otlp-http", Port = PortOf("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL") });
        Annotations.Add(new HealthProbeAnnotation("http", async (app, cancellationToken) =>
        {
            using var response = await app.CreateHealthClient().GetAsync(new Uri(Url("http")), cancellationToken);
            return response.IsSuccessStatusCode ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
        }));
    }

    public bool IsInstalled => File.Exists(_program);

    /// <summary>Where the other resources send their telemetry, and what they show there.</summary>
    public string TelemetryUrl => Url("otlp-grpc");
    public string TelemetryKey => _configuration["AppHost:OtlpApiKey"]!;

    private static string? Unpacked() =>
        ((string[])[Path.Combine(Tools.StandInsFolder, ".tools/home"), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)])
            .Select(home => new DirectoryInfo(Path.Combine(home, ".aspire/versions")))
            .Where(versions => versions.Exists)
            .SelectMany(versions => versions.EnumerateDirectories().OrderByDescending(version => version.LastWriteTimeUtc))
            .Select(version => Path.Combine(version.FullName, "managed/aspire-managed"))
            .FirstOrDefault(File.Exists);

    Task IProcessResource.PrepareAsync(AppRunner app) => _resources.StartAsync(app);

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app)
    {
        var token = _configuration["AppHost:BrowserToken"];
        return Task.FromResult(new ProcessSpec(_program!, ["dashboard"])
        {
            WorkingDirectory = Path.GetDirectoryName(_program)!,
            Environment = new Dictionary<string, string>(ProcessEnvironment.Inherited())
            {
                ["ASPNETCORE_URLS"] = Url("http"),
                ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Url("otlp-grpc"),
                ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = Url("otlp-http"),
                ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = _resources.Url,
                ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
                ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = _configuration["AppHost:ResourceService:ApiKey"]!,
                ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
                ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = TelemetryKey,
                ["DASHBOARD__API__ENABLED"] = "true",
                ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
                ["DASHBOARD__API__PRIMARYAPIKEY"] = _configuration["AppHost:DashboardApiKey"]!,
                ["DASHBOARD__FRONTEND__AUTHMODE"] = string.IsNullOrEmpty(token) ? "Unsecured" : "BrowserToken",
                ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = token ?? "",
                ["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] = "true",
                // It warns at length of a front end that is open to all, which on the loopback address it may be.
                ["Logging__LogLevel__Default"] = "Error",
            },
        });
    }

    private int? PortOf(string key) => Uri.TryCreate(_configuration[key]?.Split(';')[0], UriKind.Absolute, out var url) ? url.Port : null;

    private string Url(string endpoint) => $"http://127.0.0.1:{new EndpointReference(this, endpoint).Port}";
}
