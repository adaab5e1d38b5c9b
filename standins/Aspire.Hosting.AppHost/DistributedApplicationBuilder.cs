using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }

    string AppHostDirectory { get; }

    IHostEnvironment Environment { get; }

    IServiceCollection Services { get; }

    DistributedApplicationExecutionContext ExecutionContext { get; }

    IList<IResource> Resources { get; }

    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource;

    DistributedApplication Build();
}

/// <summary>The stand-in only runs; it never publishes.</summary>
public sealed class DistributedApplicationExecutionContext
{
    public bool IsRunMode { get; } = true;

    public bool IsPublishMode { get; }
}

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    /// <summary>Set by the testing package around an AppHost's entry point, to be given its builder instead of having it run.</summary>
    public static readonly AsyncLocal<EntryPointCapture?> Capture = new();

    private readonly HostApplicationBuilder _host;
    private EntryPointCapture? _capture;

    public DistributedApplicationBuilder(string[] args, Assembly? appHost, IEnumerable<KeyValuePair<string, string?>> defaults)
    {
        AppHostDirectory = appHost?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(item => item.Key == "AppHostProjectPath")?.Value
            ?? Directory.GetCurrentDirectory();
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppHostDirectory });
        _host.Configuration.AddInMemoryCollection(defaults).AddCommandLine(args);

        // What matters is said once, in words, by the runner.
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);

        _host.Services.Configure<HostOptions>(options => options.ShutdownTimeout = AppRunner.ShutdownTimeout);
        _host.Services.AddHttpClient(AppRun.HealthClient, client => client.Timeout = TimeSpan.FromSeconds(2)).RemoveAllLoggers();
        _host.Services.AddSingleton(TimeProvider.System);
        _host.Services.AddSingleton<ResourceNotificationService>();
        _host.Services.AddSingleton(Resources);
        _host.Services.AddSingleton<AppRun>();
        _host.Services.AddSingleton<AppRunner>();
        _host.Services.AddHostedService(services => services.GetRequiredService<AppRunner>());
    }

    public string AppHostDirectory { get; }

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public IList<IResource> Resources { get; } = [];

    public static DistributedApplicationBuilder Create(string[] args) => Capture.Value is { } capture
        ? new(args, capture.AppHost, capture.Defaults) { _capture = capture }
        : new(args, Assembly.GetEntryAssembly(), []);

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"There are two resources named '{resource.Name}'.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        if (_capture is { } capture)
        {
            _capture = null;
            capture.Builder.TrySetResult(this);
            throw new HostAbortedException("The AppHost's builder is in the hands of a test.");
        }

        return new DistributedApplication(_host.Build());
    }

    private sealed record ResourceBuilder<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource) : IResourceBuilder<T>
        where T : IResource;
}

internal sealed record EntryPointCapture(Assembly AppHost, IEnumerable<KeyValuePair<string, string?>> Defaults)
{
    public TaskCompletionSource<IDistributedApplicationBuilder> Builder { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
