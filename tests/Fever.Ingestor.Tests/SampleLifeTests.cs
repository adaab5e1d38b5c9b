using Fever.Ingestor.Tests.Harness;
using Fever.Testing;

namespace Fever.Ingestor.Tests;

/// <summary>The three sample answers in turn, from the real simulator.</summary>
[Collection(nameof(SharedServers))]
public sealed class SampleLifeTests(Servers servers) : IDisposable
{
    private readonly SimulatorHost _simulator = new();

    [Fact]
    public async Task Catalogue_keeps_the_latest_of_everything_ever_online()
    {
        await using var ingestor = await IngestorApp.StartAsync(servers, Feed(""));
        await ingestor.PollAsync();
        await ingestor.PollAsync();

        Assert.Equal(
        [
            "Pantomima Full 2021-02-10 20:00:00 2021-02-10 21:30:00 55 55",
            "Pantomima Full 2021-02-11 20:00:00 2021-02-11 21:30:00 55 55",
            "Camela en concierto 2021-06-30 21:00:00 2021-06-30 21:30:00 15 30",
            "Los Morancos 2021-07-31 20:00:00 2021-07-31 21:00:00 65 75",
        ], await ingestor.PublishedAsync());
        Assert.Equal(3, await ingestor.VersionAsync());
        Assert.Equal(
        [
            "complete 4 4 0 0 0 0",
            "complete 2 1 1 1 0 2",
            "complete 2 2 0 1 0 0",
        ], await ingestor.RowsAsync("SELECT outcome, read, changed, unchanged, rejected, duplicates, vanished FROM syncs ORDER BY id"));
    }

    [Fact]
    public async Task Plans_that_vanish_are_kept_and_marked_missing()
    {
        await using var ingestor = await IngestorApp.StartAsync(servers, Feed(""));
        await ingestor.PollAsync();

        Assert.Equal(
            ["291 291 f", "322 1642 t", "322 1643 t", "1591 1642 f"],
            await ingestor.RowsAsync("SELECT base_plan_id, plan_id, missing_since IS NOT NULL FROM events ORDER BY base_plan_id::int, plan_id"));
    }

    [Fact]
    public async Task Impossible_date_costs_its_own_record_alone()
    {
        await using var ingestor = await IngestorApp.StartAsync(servers, Feed("answer=2"));

        Assert.Equal("complete 2 2 0 1 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(0, await ingestor.ScalarAsync<long>("SELECT count(*) FROM events WHERE base_plan_id = '444'"));
    }

    [Fact]
    public async Task Unchanged_poll_writes_no_event_row_and_no_version()
    {
        await using var ingestor = await IngestorApp.StartAsync(servers, Feed("plans=500&zones=5"));
        var before = await StateAsync(ingestor);

        await ingestor.PollAsync();

        Assert.Equal("unchanged 0 0 0 0 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(before, await StateAsync(ingestor));
    }

    public void Dispose() => _simulator.Dispose();

    // xmin and ctid change with every version of a row, even one written with the same values.
    private static Task<string[]> StateAsync(IngestorApp ingestor) => ingestor.RowsAsync(
        """
        SELECT id::text, xmin::text, ctid::text FROM events
        UNION ALL SELECT 'catalog', xmin::text, ctid::text FROM catalog
        UNION ALL SELECT 'journal', count(*)::text, '' FROM event_changes
        ORDER BY 1
        """);

    private string Feed(string query) => _simulator.Address(query).AbsoluteUri;
}
