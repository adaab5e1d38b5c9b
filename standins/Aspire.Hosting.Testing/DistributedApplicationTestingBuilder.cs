using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>Builds applications for tests: on random ports and without the dashboard, unless the arguments say otherwise.</summary>
public static class DistributedApplicationTestingBuilder
{
    private static readonly Dictionary<string, string?> _defaults = new() { ["DcpPublisher:RandomizePorts"] = "true", ["DASHBOARD_PORT"] = "off" };

    public static IDistributedApplicationTestingBuilder Create(params string[] args) =>
        new TestingBuilder(new DistributedApplicationBuilder(args, appHost: null, _defaults));

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs the AppHost's own entry point as far as its call of <c>Build</c>.</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var capture = new EntryPointCapture(typeof(TEntryPoint).Assembly, _defaults);
        new Thread(() => RunEntryPoint(capture, args)) { IsBackground = true, Name = "AppHost" }.Start();
        return new TestingBuilder(await capture.Builder.Task.WaitAsync(cancellationToken));
    }

    private static void RunEntryPoint(EntryPointCapture capture, string[] args)
    {
        DistributedApplicationBuilder.Capture.Value = capture;
        var main = capture.AppHost.EntryPoint!;
        try
        {
            main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? [] : [args], null);
            capture.Builder.TrySetException(new InvalidOperationException("The AppHost ended without building an application."));
        }
        catch (Exception exception)
        {
            // Stopping at Build is an exception too; by then the builder has been handed over.
            capture.Builder.TrySetException(exception);
        }
    }

    private sealed class TestingBuilder(IDistributedApplicationBuilder inner) : IDistributedApplicationTestingBuilder
    {
        public ConfigurationManager Configuration => inner.Configuration;

        public string AppHostDirectory => inner.AppHostDirectory;

        public IHostEnvironment Environment => inner.Environment;

        public IServiceCollection Services => inner.Services;

        public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

        public IList<IResource> Resources => inner.Resources;

        public IResourceBuilder<T> AddResource<T>(T resource)
            where T : IResource => inner.AddResource(resource);

        public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
            where T : IResource => inner.CreateResourceBuilder(resource);

        public DistributedApplication Build() => inner.Build();

        public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => Task.FromResult(Build());
    }
}
