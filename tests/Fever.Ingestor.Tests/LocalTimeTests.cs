using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

[Collection(nameof(SharedServers))]
public sealed class LocalTimeTests(Servers servers)
{
    [Theory]
    [InlineData("UTC", "2021-06-30T21:00:00", "2021-06-30 21:00:00")]
    [InlineData("Europe/Madrid", "2021-01-15T21:00:00", "2021-01-15 20:00:00")]
    [InlineData("Europe/Madrid", "2021-06-30T21:00:00", "2021-06-30 19:00:00")]
    [InlineData("Europe/Madrid", "2021-03-28T01:59:59", "2021-03-28 00:59:59")]
    [InlineData("Europe/Madrid", "2021-03-28T02:30:00", "2021-03-28 01:30:00")]
    [InlineData("Europe/Madrid", "2021-03-28T03:00:00", "2021-03-28 01:00:00")]
    [InlineData("Europe/Madrid", "2021-10-31T02:30:00", "2021-10-31 00:30:00")]
    [InlineData("Europe/Madrid", "2021-10-31T03:00:00", "2021-10-31 02:00:00")]
    [InlineData("Europe/Dublin", "2021-03-28T01:30:00", "2021-03-28 01:30:00")]
    [InlineData("Europe/Dublin", "2021-10-31T01:30:00", "2021-10-31 00:30:00")]
    [InlineData("America/New_York", "2021-11-07T01:30:00", "2021-11-07 05:30:00")]
    [InlineData("America/New_York", "9999-12-31T23:59:59", "9999-12-31 23:59:59.999999")]
    [InlineData("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30 22:00:00")]
    public async Task Local_time_becomes_an_instant_by_the_providers_zone(string zone, string local, string utc)
    {
        await using var ingestor = await StartAsync(zone, BasePlan(start: local, end: null));

        Assert.Equal(
            [$"{utc} {local.Replace('T', ' ')}"],
            await ingestor.RowsAsync("SELECT starts_at AT TIME ZONE 'UTC', start_date + start_time FROM published_events"));
    }

    [Fact]
    public async Task End_never_precedes_a_start_that_was_skipped()
    {
        await using var ingestor = await StartAsync("Europe/Madrid", BasePlan(start: "2021-03-28T02:45:00", end: "2021-03-28T03:15:00"));

        Assert.Equal(
            ["2021-03-28 01:45:00 2021-03-28 01:45:00 03:15:00"],
            await ingestor.RowsAsync("SELECT starts_at AT TIME ZONE 'UTC', ends_at AT TIME ZONE 'UTC', end_time FROM published_events"));
    }

    private async Task<IngestorApp> StartAsync(string zone, string basePlan)
    {
        await using var provider = await StubProvider.StartAsync(basePlan);
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:TimeZone"] = zone;
        var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), settings);
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);
        return ingestor;
    }
}
