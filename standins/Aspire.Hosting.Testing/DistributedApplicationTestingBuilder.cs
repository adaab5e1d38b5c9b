using System.Reflection;
using Configure = System.Action<Aspire.Hosting.DistributedApplicationOptions, Microsoft.Extensions.Hosting.HostApplicationBuilderSettings>;

namespace Aspire.Hosting.Testing;

public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder { Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default); }

/// <summary>Builds applications for tests: on random ports and without the dashboard, unless the test says otherwise.</summary>
public static class DistributedApplicationTestingBuilder
{
    public static IDistributedApplicationTestingBuilder Create(params string[] args) => Create(args, (_, _) => { });

    public static IDistributedApplicationTestingBuilder Create(string[] args, Configure configureBuilder) =>
        TestingBuilder.Create(new() { Args = args }, configureBuilder, appHost: null, entryPoint: null);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>(args, (_, _) => { }, cancellationToken);

    /// <summary>Runs the AppHost's own entry point as far as its call of <c>Build</c>.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, Configure configureBuilder, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var built = new TaskCompletionSource<IDistributedApplicationTestingBuilder>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => RunEntryPoint(typeof(TEntryPoint).Assembly, args, configureBuilder, built)) { IsBackground = true, Name = "AppHost" }.Start();
        return built.Task.WaitAsync(cancellationToken);
    }

    private static void RunEntryPoint(Assembly appHost, string[] args, Configure configureBuilder, TaskCompletionSource<IDistributedApplicationTestingBuilder> built)
    {
        DistributedApplicationBuilder.Factory.Value = options => TestingBuilder.Create(options, configureBuilder, appHost, built);
        var main = appHost.EntryPoint!;
        try
        {
            main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? [] : [args], null);
            built.TrySetException(new InvalidOperationException("The AppHost ended without building an application."));
        }
        catch (Exception exception)
        {
            // The one that ends it at Build comes too late to matter.
            built.TrySetException(exception);
        }
    }

    private sealed class TestingBuilder(DistributedApplicationOptions options, HostApplicationBuilderSettings settings, Assembly? appHost)
        : DistributedApplicationBuilder(options, settings, appHost), IDistributedApplicationTestingBuilder
    {
        private TaskCompletionSource<IDistributedApplicationTestingBuilder>? _entryPoint;

        /// <summary>What the AppHost decided of the dashboard does not count, only what the test does.</summary>
        public static TestingBuilder Create(DistributedApplicationOptions options, Configure configure, Assembly? appHost, TaskCompletionSource<IDistributedApplicationTestingBuilder>? entryPoint)
        {
            var settings = new HostApplicationBuilderSettings { Args = options.Args, Configuration = new() };
            settings.Configuration.AddInMemoryCollection([new("DcpPublisher:RandomizePorts", "true")]);
            options.DisableDashboard = true;
            configure(options, settings);
            return new(options, settings, appHost) { _entryPoint = entryPoint };
        }

        public override DistributedApplication Build()
        {
            if (Interlocked.Exchange(ref _entryPoint, null) is { } entryPoint)
            {
                entryPoint.SetResult(this);
                throw new HostAbortedException("The application is in the hands of a test.");
            }

            return base.Build();
        }

        public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => Task.FromResult(Build());
    }
}
