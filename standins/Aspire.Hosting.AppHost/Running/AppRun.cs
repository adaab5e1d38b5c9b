using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>What the resources of one running application share.</summary>
internal sealed class AppRun(
    IConfiguration configuration,
    IHostEnvironment environment,
    IHttpClientFactory clients,
    TimeProvider time,
    IList<IResource> resources,
    ResourceNotificationService notifications) : IDisposable
{
    public const string HealthClient = "health";
    private readonly Lazy<TemporaryFolder> _temporary = new(() => new TemporaryFolder());

    public IConfiguration Configuration => configuration;

    public bool IsDevelopment => environment.IsDevelopment();

    public TimeProvider Time => time;

    public IList<IResource> Resources => resources;

    public ResourceNotificationService Notifications => notifications;

    public DashboardResource? Dashboard => resources.OfType<DashboardResource>().FirstOrDefault();

    public ProcessLauncher Launcher { get; } = new();

    public ResourceLog Log => field ??= new([.. resources.OfType<IProcessResource>().Select(resource => resource.Name)]);

    /// <summary>Where data volumes lie, each in a folder of its own.</summary>
    public string DataFolder => Path.GetFullPath(configuration["DATA_DIR"] is { Length: > 0 } folder ? folder : Path.Combine(Tools.StandInsFolder, "..", ".data"));

    public HttpClient CreateHealthClient() => clients.CreateClient(HealthClient);

    /// <summary>A folder that is removed with the application.</summary>
    public string CreateTemporaryFolder(string name) => Directory.CreateDirectory(Path.Combine(_temporary.Value.Path, name)).FullName;

    public void Dispose()
    {
        Launcher.Dispose();
        if (_temporary.IsValueCreated)
        {
            _temporary.Value.Dispose();
        }
    }
}
