using System.Reflection;
using System.Security.Cryptography;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }
    IServiceCollection Services { get; }
    string AppHostDirectory { get; }

    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    DistributedApplication Build();
}

internal class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    /// <summary>Set by the testing package around an AppHost's entry point, to get hold of the builder made there.</summary>
    public static readonly AsyncLocal<Func<DistributedApplicationOptions, DistributedApplicationBuilder>?> Factory = new();

    private readonly HostApplicationBuilder _host;

    public DistributedApplicationBuilder(DistributedApplicationOptions options, HostApplicationBuilderSettings settings, Assembly? appHost)
    {
        AppHostDirectory = appHost?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(item => item.Key == "AppHostProjectPath")?.Value
            ?? Directory.GetCurrentDirectory();
        settings.Args ??= options.Args;
        settings.ContentRootPath ??= AppHostDirectory;
        _host = new HostApplicationBuilder(settings);

        // What matters is said once, in words, by the runner.
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = AppRunner.ShutdownTimeout);
        Services.AddHttpClient(AppRunner.HealthClient, client => client.Timeout = TimeSpan.FromSeconds(2));
        Services.ConfigureHttpClientDefaults(client => client.RemoveAllLoggers());
        Services.AddSingleton(TimeProvider.System).AddSingleton(Resources);
        Services.AddSingleton(services => new ResourceNotificationService(services.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System));
        Services.AddSingleton(services => new ResourceCommandService(services, services.GetRequiredService<ResourceNotificationService>()));
        Services.AddSingleton<AppRunner>().AddHostedService(services => services.GetRequiredService<AppRunner>());
        if (!options.DisableDashboard)
        {
            // What may send telemetry to the dashboard, ask it for some, and ask us for the resources.
            string[] keys = ["AppHost:OtlpApiKey", "AppHost:DashboardApiKey", "AppHost:ResourceService:ApiKey"];
            Configuration.AddInMemoryCollection(keys.Select(key => KeyValuePair.Create(key, (string?)RandomNumberGenerator.GetHexString(32, lowercase: true))));
            Services.AddSingleton<ResourceService>().AddSingleton<DashboardResource>();
        }
    }

    public ConfigurationManager Configuration => _host.Configuration;
    public IServiceCollection Services => _host.Services;
    public string AppHostDirectory { get; }
    public IList<IResource> Resources { get; } = [];

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"There are two resources named '{resource.Name}'.");
        }

        Resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public virtual DistributedApplication Build() => new(_host.Build());

    private sealed record ResourceBuilder<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource) : IResourceBuilder<T>
        where T : IResource;
}
