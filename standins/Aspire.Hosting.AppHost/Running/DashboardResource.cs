using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Running;

/// <summary>The genuine Aspire dashboard, unpacked by `make setup` or by the user's own Aspire CLI.</summary>
internal sealed class DashboardResource : Resource, IProcessResource, IResourceWithEndpoints
{
    private readonly string _program;

    private DashboardResource(string program, int port)
        : base("dashboard")
    {
        _program = program;
        Annotations.Add(new EndpointAnnotation { Name = "http", Port = port });
        Annotations.Add(new EndpointAnnotation { Name = "otlp-grpc" });
        Annotations.Add(new EndpointAnnotation { Name = "otlp-http" });
        Annotations.Add(new HealthProbeAnnotation(async (app, cancellationToken) =>
        {
            using var response = await app.CreateHealthClient().GetAsync(new Uri(Url("http")), cancellationToken);
            return response.IsSuccessStatusCode;
        }));
    }

    /// <summary>Where the other resources send their telemetry.</summary>
    public string TelemetryUrl => Url("otlp-grpc");

    /// <summary>Null when it is turned off or, which is said, not installed.</summary>
    public static DashboardResource? Find(IConfiguration configuration)
    {
        if (!int.TryParse(configuration["DASHBOARD_PORT"] ?? "18888", out var port) || port == 0)
        {
            return null;
        }

        var program = configuration["DcpPublisher:DashboardPath"] ?? Unpacked();
        if (File.Exists(program))
        {
            return new(program, port);
        }

        Console.WriteLine("The Aspire dashboard is not installed: running without it (`make setup` fetches it).");
        return null;
    }

    private static string? Unpacked() =>
        ((string[])[Path.Combine(Tools.StandInsFolder, ".tools/home"), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)])
            .Select(home => new DirectoryInfo(Path.Combine(home, ".aspire/versions")))
            .Where(versions => versions.Exists)
            .SelectMany(versions => versions.EnumerateDirectories().OrderByDescending(version => version.LastWriteTimeUtc))
            .Select(version => Path.Combine(version.FullName, "managed/aspire-managed"))
            .FirstOrDefault(File.Exists);

    Task IProcessResource.PrepareAsync(AppRunner app) => Task.CompletedTask;

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app) => Task.FromResult(new ProcessSpec(_program, ["dashboard"])
    {
        WorkingDirectory = Path.GetDirectoryName(_program)!,
        Environment = new Dictionary<string, string>(ProcessEnvironment.Inherited())
        {
            ["ASPNETCORE_URLS"] = Url("http"),
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Url("otlp-grpc"),
            ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = Url("otlp-http"),
            ["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] = "true",
            ["ASPIRE_DASHBOARD_API_ENABLED"] = "true",
            ["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] = "true",
            // It warns at length that it is open to all, which on the loopback address it may be.
            ["Logging__LogLevel__Default"] = "Error",
        },
    });

    private string Url(string endpoint) => $"http://127.0.0.1:{new EndpointReference(this, endpoint).Port}";
}
