using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Fever.AppHost;
using Fever.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fever.SystemTests;

/// <summary>The whole AppHost, in this process, on a data folder and ports of its own.</summary>
public sealed class FeverApp : IAsyncLifetime
{
    /// <summary>Selects every event that the sample provider ever had online.</summary>
    public const string AllSamples = "/search?starts_at=2021-02-01T00:00:00Z&ends_at=2022-07-03T00:00:00Z";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _data = new();
    private DistributedApplication? _app;

    public HttpClient Gateway { get; private set; } = null!;

    public HttpClient Dashboard => _app!.CreateDashboardClient();

    /// <summary>Where the dashboard's pages are.</summary>
    public Uri DashboardUrl => Dashboard.BaseAddress!;

    public HttpClient CreateClient(string resource, string endpoint) => _app!.CreateHttpClient(resource, endpoint);

    public async Task<string> DatabaseAsync() => (await _app!.GetConnectionStringAsync("feverdb"))!;

    public Task InitializeAsync() => StartAsync("--PROVIDER_INTERVAL=1");

    /// <summary>Starts the app, on the data of an earlier start if there was one.</summary>
    public async Task StartAsync(params string[] settings)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Fever_AppHost>(
            ["--environment=Development", $"--DATA_DIR={_data.Path}", .. settings],
            (options, _) => options.DisableDashboard = !StandIns.AreUsed);
        _app = await builder.BuildAsync();
        using var patience = new CancellationTokenSource(Patience);
        await _app.StartAsync(patience.Token);
        await HealthyAsync();
        Gateway = _app.CreateHttpClient("gateway");
    }

    public async Task HealthyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        foreach (var resource in (string[])["postgres", "cache", "ingestor", "searchapi-1", "searchapi-2", "gateway"])
        {
            await _app!.ResourceNotifications.WaitForResourceHealthyAsync(resource, patience.Token);
        }
    }

    /// <summary>Waits until the resource is healthy, in another process than the given one, and returns the process id.</summary>
    public async Task<string> HealthyProcessAsync(string resource, string? otherThan = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        var found = await _app!.ResourceNotifications.WaitForResourceAsync(
            resource,
            change => change.Snapshot.HealthStatus == HealthStatus.Healthy && ProcessOf(change) != otherThan,
            patience.Token);
        return ProcessOf(found)!;
    }

    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        await DataVolume.RemoveAsync(Settings.VolumeOf(_data.Path));
        _data.Dispose();
    }

    /// <summary>The events that a search returns; fails on any status but 200.</summary>
    public async Task<JsonElement[]> SearchAsync(string pathAndQuery = AllSamples)
    {
        using var response = await Gateway.GetAsync(pathAndQuery);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(JsonValueKind.Null, body.GetProperty("error").ValueKind);
        return [.. body.GetProperty("data").GetProperty("events").EnumerateArray()];
    }

    private static string? ProcessOf(ResourceEvent resource) => Convert.ToString(
        resource.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value, CultureInfo.InvariantCulture);
}

[CollectionDefinition(Name)]
public sealed class SharedApp : ICollectionFixture<FeverApp>, ICollectionFixture<Browser>
{
    public const string Name = "the whole app";
}
