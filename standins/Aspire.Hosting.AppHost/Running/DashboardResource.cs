using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>The genuine Aspire dashboard, unpacked by `make setup` or by the user's own Aspire CLI.</summary>
internal sealed class DashboardResource : Resource, IProcessResource, IResourceWithEndpoints
{
    public const string PortSetting = "DASHBOARD_PORT";
    private const int DefaultPort = 18888;
    private readonly string _program;

    private DashboardResource(string program, int port)
        : base("aspire-dashboard")
    {
        _program = program;
        Annotations.Add(new EndpointAnnotation { Name = "http", UriScheme = Uri.UriSchemeHttp, Port = port });
        Annotations.Add(new EndpointAnnotation { Name = "otlp-grpc", UriScheme = Uri.UriSchemeHttp });
        Annotations.Add(new EndpointAnnotation { Name = "otlp-http", UriScheme = Uri.UriSchemeHttp });
        Annotations.Add(new HealthProbeAnnotation(async (run, cancellationToken) =>
        {
            using var response = await run.CreateHealthClient().GetAsync(new Uri(Url("http")), cancellationToken);
            return response.IsSuccessStatusCode;
        }));
    }

    /// <summary>Where the other resources send their telemetry.</summary>
    public string TelemetryEndpoint => Url("otlp-grpc");

    /// <summary>Null when it is turned off or, which is said, not installed.</summary>
    public static DashboardResource? Find(string? setting)
    {
        if (setting is "0" or "off")
        {
            return null;
        }

        if (!int.TryParse(setting ?? $"{DefaultPort}", out var port) || port is < 1 or > 65535)
        {
            throw new DistributedApplicationException($"{PortSetting}={setting} is not a port: give a number from 1 to 65535, or `off` for no dashboard.");
        }

        if (FindProgram() is { } program)
        {
            return new DashboardResource(program, port);
        }

        Console.WriteLine("The Aspire dashboard is not installed: running without it (`make setup` fetches it).");
        return null;
    }

    Task IProcessResource.PrepareAsync(AppRun run, CancellationToken cancellationToken) => Task.CompletedTask;

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRun run, CancellationToken cancellationToken) => Task.FromResult(new ProcessSpec
    {
        FileName = _program,
        Arguments = ["dashboard"],
        WorkingDirectory = Path.GetDirectoryName(_program),
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

    private static string? FindProgram() => ((string[])[Path.Combine(Tools.StandInsFolder, ".tools", "home"), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)])
        .Select(home => new DirectoryInfo(Path.Combine(home, ".aspire", "versions")))
        .Where(versions => versions.Exists)
        .SelectMany(versions => versions.EnumerateDirectories().OrderByDescending(version => version.LastWriteTimeUtc))
        .Select(version => Path.Combine(version.FullName, "managed", "aspire-managed"))
        .FirstOrDefault(File.Exists);

    private string Url(string endpoint) => $"http://127.0.0.1:{new EndpointReference(this, endpoint).Port}";
}
