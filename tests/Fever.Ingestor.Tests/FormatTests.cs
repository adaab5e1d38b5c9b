using Fever.Ingestor.Tests.Harness;
using Fever.Testing;

namespace Fever.Ingestor.Tests;

/// <summary>What a feed is written in is configuration.</summary>
[Collection(nameof(SharedServers))]
public sealed class FormatTests(Servers servers)
{
    private const string Facts =
        "SELECT base_plan_id, plan_id, title, start_local, end_local, starts_at, ends_at, min_price, max_price, observed::text FROM events WHERE provider = '{0}' ORDER BY 1, 2";

    [Fact]
    public async Task Same_facts_in_XML_and_in_NDJSON_are_the_same_events()
    {
        await using var simulator = new SimulatorHost();
        var settings = IngestorApp.Providers(simulator.Address("plans=200&zones=3").AbsoluteUri, simulator.Address("plans=200&zones=3&format=ndjson").AbsoluteUri);
        settings["Providers:1:Format"] = "planlist-ndjson";
        await using var ingestor = await IngestorApp.StartAsync(servers, settings);

        var fromXml = await ingestor.RowsAsync(Facts.Replace("{0}", "p0", StringComparison.Ordinal));

        Assert.Equal(200, fromXml.Length);
        Assert.Equal(fromXml, await ingestor.RowsAsync(Facts.Replace("{0}", "p1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Feed_in_another_format_than_configured_changes_nothing()
    {
        await using var simulator = new SimulatorHost();
        var settings = IngestorApp.Providers(simulator.Address("plans=20&format=ndjson").AbsoluteUri);
        await using var ingestor = await IngestorApp.StartAsync(servers, settings);

        Assert.Equal(["failed malformed"], await ingestor.RowsAsync("SELECT outcome, reason FROM syncs"));
    }
}
