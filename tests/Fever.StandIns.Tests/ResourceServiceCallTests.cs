using Aspire.Hosting.Dashboard.Protocol;
using Google.Protobuf;

namespace Fever.StandIns.Tests;

/// <summary>The service as a server: which calls it refuses, and how those that it serves end.</summary>
[Collection(nameof(DashboardApp))]
public sealed class ResourceServiceCallTests(DashboardApp running) : IDisposable
{
    private readonly ResourceServiceClient _service = new(running.App);

    public static TheoryData<string, byte[]> BadRequests => new()
    {
        { "no message", [] },
        { "a prefix cut short", [0, 0] },
        { "a message cut short", ResourceServiceClient.Frame([1, 2, 3], length: 20) },
        { "garbage", ResourceServiceClient.Frame([0xFF, 0xFF, 0xFF, 0xFF]) },
        { "a compressed message", ResourceServiceClient.Frame(new ResourceCommandRequest { ResourceName = "worker" }.ToByteArray(), flag: 1) },
        { "a message of 4 GiB", ResourceServiceClient.Frame([1, 2, 3], length: uint.MaxValue) },
        { "a message of 1 MiB", ResourceServiceClient.Frame(new byte[1024 * 1024]) },
    };

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public async Task A_call_without_the_key_is_refused_and_learns_nothing(string? key)
    {
        foreach (var method in (string[])["GetApplicationInformation", "WatchResources", "WatchResourceConsoleLogs", "ExecuteResourceCommand", "WatchInteractions", "NoSuchMethod"])
        {
            Assert.Equal((16, 0), await _service.CallAsync(method, ResourceServiceClient.Frame([]), key));
        }
    }

    [Fact]
    public async Task An_unknown_method_is_said_to_be_unimplemented() =>
        Assert.Equal((12, 0), await _service.CallAsync("UploadFile", ResourceServiceClient.Frame([]), _service.Key));

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task A_request_that_is_no_message_is_refused_and_the_service_lives_on(string what, byte[] request)
    {
        foreach (var method in (string[])["ExecuteResourceCommand", "WatchResourceConsoleLogs"])
        {
            Assert.Equal((what, (3, 0)), (what, await _service.CallAsync(method, request, _service.Key)));
        }

        Assert.NotEmpty((await _service.StreamAsync("GetApplicationInformation", null, ApplicationInformationResponse.Parser).SingleAsync()).ApplicationName);
    }

    [Fact]
    public async Task Streams_that_are_open_end_with_the_application_and_do_not_hold_it_up()
    {
        using var dashboard = new IdleDashboard();
        await using var app = await Apps.StartAsync(builder => builder.AddExecutable("idle", "sleep", "/", "1000"), withDashboard: true, dashboard.Setting);
        using var service = new ResourceServiceClient(app);
        var logs = new WatchResourceConsoleLogsRequest { ResourceName = await service.NameOfAsync("idle") }.ToByteArray();
        using var interactions = await service.SendAsync("WatchInteractions", ResourceServiceClient.Frame([]), service.Key);
        using var resources = await service.SendAsync("WatchResources", ResourceServiceClient.Frame([]), service.Key);
        Task[] streams =
        [
            interactions.Content.ReadAsByteArrayAsync(),
            resources.Content.ReadAsByteArrayAsync(),
            // The resource says nothing: not even the answer's headers come.
            service.SendAsync("WatchResourceConsoleLogs", ResourceServiceClient.Frame(logs), service.Key),
        ];
        await app.HealthyAsync("idle");
        Assert.DoesNotContain(streams, stream => stream.IsCompleted);

        await app.DisposeAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Task.WhenAll(streams));
    }

    public void Dispose() => _service.Dispose();
}
