using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>Builds applications for tests: on random ports and without the dashboard, unless the arguments say otherwise.</summary>
public static class DistributedApplicationTestingBuilder
{
    public static IDistributedApplicationTestingBuilder Create(params string[] args) => new TestingBuilder(args, appHost: null, entryPoint: null);

    /// <summary>Runs the AppHost's own entry point as far as its call of <c>Build</c>.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var built = new TaskCompletionSource<IDistributedApplicationTestingBuilder>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => RunEntryPoint(typeof(TEntryPoint).Assembly, args, built)) { IsBackground = true, Name = "AppHost" }.Start();
        return built.Task.WaitAsync(cancellationToken);
    }

    private static void RunEntryPoint(Assembly appHost, string[] args, TaskCompletionSource<IDistributedApplicationTestingBuilder> built)
    {
        DistributedApplicationBuilder.Factory.Value = given => new TestingBuilder(given, appHost, built);
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

    private sealed class TestingBuilder : DistributedApplicationBuilder, IDistributedApplicationTestingBuilder
    {
        private TaskCompletionSource<IDistributedApplicationTestingBuilder>? _entryPoint;

        public TestingBuilder(string[] args, Assembly? appHost, TaskCompletionSource<IDistributedApplicationTestingBuilder>? entryPoint)
            : base(args, appHost)
        {
            _entryPoint = entryPoint;
            var defaults = new Dictionary<string, string?> { ["DcpPublisher:RandomizePorts"] = "true", ["DASHBOARD_PORT"] = "off" };
            Configuration.AddInMemoryCollection(defaults).AddCommandLine(args);
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
