using System.Reflection;

namespace Aspire.Hosting;

/// <summary>A failure whose message is all its reader needs.</summary>
public class DistributedApplicationException(string message) : Exception(message);

public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }
    public bool DisableDashboard { get; set; }
    public bool AllowUnsecuredTransport { get; set; }
}

public sealed class DistributedApplication(IHost host) : IHost, IAsyncDisposable
{
    public IServiceProvider Services => host.Services;
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) =>
        DistributedApplicationBuilder.Factory.Value?.Invoke(options) ?? new DistributedApplicationBuilder(options, new(), Assembly.GetEntryAssembly());

    public Task StartAsync(CancellationToken cancellationToken = default) => host.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken = default) => host.StopAsync(cancellationToken);

    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until told to stop. A failure is one line on the error stream and a non-zero exit code.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var runner = Services.GetRequiredService<AppRunner>();
        try
        {
            await HostingAbstractionsHostExtensions.RunAsync(this, cancellationToken);
        }
        catch (DistributedApplicationException exception)
        {
            runner.Fail(exception.Message);
        }

        Environment.ExitCode = runner.HasFailed ? 1 : 0;
    }

    public ValueTask DisposeAsync() => ((IAsyncDisposable)host).DisposeAsync();

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
