namespace Aspire.Hosting.Dashboard;

/// <summary>
/// The genuine Aspire dashboard, unpacked by `make setup` or by the user's own Aspire CLI. Where it listens is configured as
/// for the real Aspire: <c>ASPNETCORE_URLS</c>, <c>ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL</c>.
/// </summary>
internal sealed class DashboardResource(IConfiguration configuration, ResourceService resources) : Resource("dashboard"), IProcessResource, IResourceWithEndpoints
{
    private string? _program;

    /// <summary>Finds it and names its endpoints; says so when it is not there.</summary>
    public async Task<bool> IsInstalledAsync(ProcessLauncher launcher)
    {
        _program = configuration["DcpPublisher:DashboardPath"] ?? await launcher.LocateAsync("dashboard");
        if (!File.Exists(_program))
        {
            Console.WriteLine("The Aspire dashboard is not installed: running without it (`make setup` fetches it).");
            return false;
        }

        foreach (var (name, key) in ((string, string)[])[("http", "ASPNETCORE_URLS"), ("otlp-grpc", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"), ("otlp-http", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL")])
        {
            Annotations.Add(new EndpointAnnotation { Name = name, Port = Uri.TryCreate(configuration[key]?.Split(';')[0], UriKind.Absolute, out var url) ? url.Port : null });
        }

        Annotations.Add(new HealthProbeAnnotation("http", async (app, cancellationToken) =>
        {
            using var response = await app.CreateHealthClient().GetAsync(new Uri(Url("http")), cancellationToken);
            return response.IsSuccessStatusCode ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
        }));
        return true;
    }

    /// <summary>Where the other resources send their telemetry, and what they show there.</summary>
    public string TelemetryUrl => Url("otlp-grpc");
    public string TelemetryKey => configuration["AppHost:OtlpApiKey"]!;

    Task IProcessResource.PrepareAsync(AppRunner app) => resources.StartAsync(app);

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app)
    {
        var token = configuration["AppHost:BrowserToken"];
        return Task.FromResult(new ProcessSpec(_program!, ["dashboard"])
        {
            WorkingDirectory = Path.GetDirectoryName(_program)!,
            Environment = new Dictionary<string, string>(ProcessEnvironment.Inherited())
            {
                ["ASPNETCORE_URLS"] = Url("http"),
                ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Url("otlp-grpc"),
                ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = Url("otlp-http"),
                ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = resources.Url,
                ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
                ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = configuration["AppHost:ResourceService:ApiKey"]!,
                ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
                ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = TelemetryKey,
                ["DASHBOARD__API__ENABLED"] = "true",
                ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
                ["DASHBOARD__API__PRIMARYAPIKEY"] = configuration["AppHost:DashboardApiKey"]!,
                ["DASHBOARD__FRONTEND__AUTHMODE"] = string.IsNullOrEmpty(token) ? "Unsecured" : "BrowserToken",
                ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = token ?? "",
                ["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] = "true",
                // It warns at length of a front end that is open to all, which on the loopback address it may be; and of its own end.
                ["Logging__LogLevel__Default"] = "Critical",
            },
        });
    }

    private string Url(string endpoint) => $"http://127.0.0.1:{new EndpointReference(this, endpoint).Port}";
}
