using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fever.StandIns.Tests;

internal static class Apps
{
    /// <summary>A guard against waiting for ever; no test measures time.</summary>
    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public static Task<DistributedApplication> StartAsync(Action<IDistributedApplicationBuilder> describe, params string[] args) =>
        StartAsync(describe, withDashboard: false, args);

    public static async Task<DistributedApplication> StartAsync(Action<IDistributedApplicationBuilder> describe, bool withDashboard, params string[] args)
    {
        var builder = DistributedApplicationTestingBuilder.Create(args, (options, _) => options.DisableDashboard = !withDashboard);
        describe(builder);
        var app = await builder.BuildAsync();
        try
        {
            await app.StartAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public static Task<ResourceEvent> HealthyAsync(this DistributedApplication app, string name) =>
        app.ResourceNotifications.WaitForResourceHealthyAsync(name, Patience);

    /// <summary>Waits until another process than the given one runs the resource and is healthy.</summary>
    public static async Task<int> HealthyAgainAsync(this DistributedApplication app, string name, int before) =>
        (await app.ResourceNotifications.WaitForResourceAsync(
            name,
            resource => resource.Snapshot.HealthStatus == HealthStatus.Healthy && resource.ProcessId() != before,
            Patience)).ProcessId();

    public static Task<ResourceEvent> FinishedAsync(this DistributedApplication app, string name) =>
        app.ResourceNotifications.WaitForResourceAsync(name, resource => resource.Snapshot.State?.Text == KnownResourceStates.Finished, Patience);

    public static string? StateOf(this DistributedApplication app, string name) =>
        app.ResourceNotifications.TryGetCurrentState(name, out var resource) ? resource.Snapshot.State?.Text : null;

    /// <summary>Carries out a command as the dashboard does.</summary>
    public static Task<ExecuteCommandResult> CommandAsync(this DistributedApplication app, string name, string command) =>
        app.ResourceCommands.ExecuteCommandAsync(name, command, Patience);

    /// <summary>Carries out a command that could be used a moment ago: whoever gives it at the same time as another has seen the same button.</summary>
    public static Task<ExecuteCommandResult> CommandOfAMomentAgoAsync(this DistributedApplication app, string name, string command) =>
        app.Services.GetRequiredService<IList<IResource>>().Single(resource => resource.Name == name)
            .Annotations.OfType<ResourceCommandAnnotation>().Single(annotation => annotation.Name == command)
            .ExecuteAsync(new() { Services = app.Services, ResourceName = name, CancellationToken = Patience });

    public static int ProcessId(this ResourceEvent resource) =>
        Convert.ToInt32(resource.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value, CultureInfo.InvariantCulture);
}
