using System.Reflection;

namespace Fever.StandIns.Tests;

/// <summary>The provider simulator, as a project that answers /health.</summary>
public sealed class Simulator : IProjectMetadata
{
    public string ProjectPath { get; } = typeof(Simulator).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(item => item.Key.EndsWith("Fever.ProviderSimulator.csproj", StringComparison.Ordinal)).Key;
}

/// <summary>A project nobody has built.</summary>
public sealed class Unbuilt : IProjectMetadata
{
    public string ProjectPath => "/nowhere/Unbuilt.csproj";
}

/// <summary>An AppHost with one resource of each kind; settings break it in the ways the tests ask for.</summary>
public static class SampleAppHost
{
    /// <summary>Says goodbye when it is asked to stop.</summary>
    private const string Loop = "trap 'echo goodbye; exit 0' TERM; echo hello; while :; do sleep 0.1; done";

    public static async Task Main(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = Environment.GetEnvironmentVariable("DASHBOARD_PORT") == "off" });
        var settings = builder.Configuration;
        if (settings["FAIL"] == "before build")
        {
            throw new InvalidOperationException("The AppHost does not like these settings.");
        }

        var database = builder.AddPostgres("postgres").WithDataVolume().AddDatabase("sampledb");
        var cache = builder.AddRedis("cache");
        var first = builder.AddExecutable("first", "sh", "/", "-c", Loop).WithReference(database).WithReference(cache);
        builder.AddProject<Simulator>("simulator")
            .WithHttpEndpoint(port: settings["SIMULATOR_PORT"] is { } port ? int.Parse(port) : null)
            .WithHttpHealthCheck("/health")
            .WithReference(database)
            .WaitFor(database)
            .WaitFor(first);
        builder.AddExecutable("second", settings["PROGRAM"] ?? "sh", "/", "-c", Loop).WaitFor(cache).WaitFor(first);
        if (settings["FAIL"] == "unbuilt")
        {
            builder.AddProject<Unbuilt>("unbuilt");
        }

        if (settings["FAIL"] == "crash")
        {
            builder.AddExecutable("crashing", "sh", "/", "-c", "echo it hurts; exit 3").WithHttpEndpoint().WithHttpHealthCheck("/");
        }

        var app = builder.Build();
        _ = SayReadyAsync(app);
        await app.RunAsync();
    }

    private static async Task SayReadyAsync(DistributedApplication app)
    {
        foreach (var name in (string[])["sampledb", "cache", "first", "second", "simulator"])
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync(name);
        }

        Console.WriteLine("READY");
    }
}
