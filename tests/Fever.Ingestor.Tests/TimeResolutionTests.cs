using Fever.Ingestor.Catalog;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>The catalog says how finely the published events are timed, never more coarsely than they are.</summary>
[Collection(nameof(SharedServers))]
public sealed class TimeResolutionTests(Servers servers)
{
    private const string OnSecond = "2021-06-30T21:00:07";
    private const string OnMicrosecond = "2021-06-30T21:00:00.000001";

    [Theory]
    [InlineData(60, Start, null)]
    [InlineData(60, "1900-01-01T00:00:00", "9999-12-31T23:59:00")]
    [InlineData(60, Start, "9999-12-31T23:59:59")]
    [InlineData(60, Start, "9999-12-31T23:59:59.999999")]
    [InlineData(1, Start, "9999-12-29T23:59:59")]
    [InlineData(1, OnSecond, null)]
    [InlineData(1, Start, "2021-06-30T21:59:59")]
    [InlineData(0, "2021-06-30T21:00:00.5", null)]
    [InlineData(0, Start, OnMicrosecond)]
    [InlineData(0, "1900-01-01T00:00:00.000001", "9999-12-31T23:59:59.999999")]
    public async Task Resolution_is_that_of_the_most_finely_timed_event(int resolution, string start, string? end)
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2", start: start, end: end), BasePlan("3"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal((1, resolution), await CatalogAsync(ingestor));
    }

    [Fact]
    public async Task Resolution_of_an_empty_catalog_is_a_minute()
    {
        await using var ingestor = await IngestorApp.StartAsync(await servers.CreateDatabaseAsync());

        Assert.Equal((0, 60), await CatalogAsync(ingestor));
    }

    [Fact]
    public async Task Resolution_follows_the_events_from_version_to_version()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1", start: OnSecond), BasePlan("2"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        Assert.Equal((1, 1), await CatalogAsync(ingestor));

        provider.Serve(BasePlan("1", start: OnSecond), BasePlan("2", start: OnMicrosecond));
        await ingestor.SyncAsync();
        Assert.Equal((2, 0), await CatalogAsync(ingestor));

        provider.Serve(BasePlan("1", start: OnSecond), BasePlan("2"));
        await ingestor.SyncAsync();
        Assert.Equal((3, 1), await CatalogAsync(ingestor));

        provider.Serve(BasePlan("1"), BasePlan("2"));
        await ingestor.SyncAsync();
        Assert.Equal((4, 60), await CatalogAsync(ingestor));
    }

    [Fact]
    public async Task Times_that_are_not_published_do_not_count()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2", sellMode: "offline", start: OnSecond));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        Assert.Equal((1, 60), await CatalogAsync(ingestor));

        provider.Serve(BasePlan("1", sellMode: "offline", start: OnMicrosecond), BasePlan("2", start: OnSecond));
        await ingestor.SyncAsync();
        Assert.Equal((2, 1), await CatalogAsync(ingestor));
    }

    [Fact]
    public async Task Times_stay_published_and_count_when_their_event_goes_offline_or_vanishes_or_is_archived()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1", start: OnSecond), BasePlan("2", start: OnSecond), BasePlan("3", start: OnMicrosecond));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.RowsAsync("UPDATE events SET is_archived = true WHERE base_plan_id = '3'");

        provider.Serve(BasePlan("1", sellMode: "offline"), BasePlan("3", start: OnMicrosecond), BasePlan("4"));
        await ingestor.SyncAsync();
        Assert.Equal((2, 0), await CatalogAsync(ingestor));

        provider.Serve(BasePlan("1", sellMode: "offline"), BasePlan("3"), BasePlan("4"));
        await ingestor.SyncAsync();
        Assert.Equal((3, 1), await CatalogAsync(ingestor));

        provider.Serve(BasePlan("1"), BasePlan("3"), BasePlan("4"));
        await ingestor.SyncAsync();
        Assert.Equal((4, 1), await CatalogAsync(ingestor));

        provider.Serve(BasePlan("1"), BasePlan("2"), BasePlan("3"), BasePlan("4"));
        await ingestor.SyncAsync();
        Assert.Equal((5, 60), await CatalogAsync(ingestor));
    }

    [Fact]
    public async Task Rebuilt_events_bring_their_resolution_back()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1", start: OnSecond), BasePlan("2"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.RowsAsync("DELETE FROM events WHERE base_plan_id = '1'");
        provider.Serve(BasePlan("2", title: "Renamed"));
        await ingestor.SyncAsync();
        Assert.Equal((2, 60), await CatalogAsync(ingestor));

        await using (var scope = ingestor.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<JournalReplay>().RunAsync(default);
        }

        Assert.Equal((3, 1), await CatalogAsync(ingestor));
    }

    private static async Task<(long Version, int Resolution)> CatalogAsync(IngestorApp ingestor) =>
        (await ingestor.VersionAsync(), await ingestor.ScalarAsync<short>("SELECT time_resolution FROM catalog"));
}
