using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

[Collection(nameof(SharedServers))]
public sealed class RetentionTests(Servers servers)
{
    private const string Future = "2999-01-01T00:00:00";

    [Fact]
    public async Task Everything_is_kept_where_it_is_unless_configured()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2", start: "never"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.RowsAsync("UPDATE event_changes SET at = '2001-01-01'");
        ingestor.Time.Advance(TimeSpan.FromDays(400));
        await ingestor.SyncAsync();

        Assert.Equal(["1 1 1 0"], await ingestor.RowsAsync(
            "SELECT (SELECT count(*) FROM events_current), (SELECT count(*) FROM event_changes), (SELECT count(*) FROM rejected_records), (SELECT count(*) FROM events_archived)"));
        Assert.DoesNotContain(ingestor.Logs, line => line.Contains("Retention", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Event_long_over_is_archived_and_still_searched()
    {
        await using var provider = await StubProvider.StartAsync(Catalogue());
        await using var ingestor = await StartAsync(provider, ("ArchiveEventsAfter", "30.00:00:00"));
        await ArchivedAsync(ingestor, 25);

        Assert.Equal(["future"], await ingestor.RowsAsync("SELECT base_plan_id FROM events_current WHERE first_online_at IS NOT NULL"));
        Assert.Equal(26, (await ingestor.PublishedAsync()).Length);
    }

    [Fact]
    public async Task Archived_event_is_known_to_the_next_sync()
    {
        await using var provider = await StubProvider.StartAsync(Catalogue());
        await using var ingestor = await StartAsync(provider, ("ArchiveEventsAfter", "30.00:00:00"));
        await ArchivedAsync(ingestor, 25);

        provider.Serve([.. Catalogue(), " "]);
        await ingestor.SyncAsync();
        Assert.Equal("complete 27 0 27 0 0 0", await ingestor.LastSyncAsync());
        await ArchivedAsync(ingestor, 25);

        provider.Serve([.. Catalogue()[..^3], BasePlan("24", title: "Renewed", start: Future, end: null), .. Catalogue()[^2..]]);
        await ingestor.SyncAsync();

        Assert.Equal("complete 27 1 26 0 0 0", await ingestor.LastSyncAsync());
        await ArchivedAsync(ingestor, 24);
        Assert.Equal(26, (await ingestor.PublishedAsync()).Length);
    }

    [Fact]
    public async Task Bad_records_and_syncs_are_dropped_by_age()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2", start: "never"));
        await using var ingestor = await StartAsync(provider, ("PruneRejectsAfter", "2.00:00:00"), ("PruneSyncsAfter", "2.00:00:00"));
        await ingestor.RowsAsync("UPDATE rejected_records SET last_seen_at = now() - interval '3 days'");
        await ingestor.RowsAsync(
            """
            INSERT INTO syncs (id, provider, started_at, finished_at, outcome, bytes, read, changed, unchanged, rejected, duplicates, vanished, catalog_version)
            SELECT gen_random_uuid(), 'p0', now() - interval '3 days', now(), 'failed', 0, 0, 0, 0, 0, 0, 0, 0 FROM generate_series(1, 25)
            """);

        ingestor.Time.Advance(TimeSpan.FromHours(6));

        await ingestor.WaitForLogAsync("dropped 0 changes, 1 bad records, 25 syncs");
        Assert.Equal(["0 1"], await ingestor.RowsAsync("SELECT (SELECT count(*) FROM rejected_records), (SELECT count(*) FROM syncs)"));
    }

    private async Task<IngestorApp> StartAsync(StubProvider provider, params (string Key, string Value)[] retention)
    {
        var settings = IngestorApp.Providers(provider.Url);
        foreach (var (key, value) in retention)
        {
            settings[$"Retention:{key}"] = value;
        }

        settings["Retention:BatchSize"] = "10";
        return await IngestorApp.StartAsync(servers, settings);
    }

    private static string[] Catalogue() =>
    [
        .. Enumerable.Range(0, 25).Select(id => BasePlan($"{id}")), BasePlan("future", start: Future, end: null), BasePlan("offline", sellMode: "offline"),
    ];

    private static Task ArchivedAsync(IngestorApp ingestor, long count) => Eventually.BecomesTrueAsync(async () =>
    {
        ingestor.Time.Advance(TimeSpan.FromHours(6));
        return await ingestor.ScalarAsync<long>("SELECT count(*) FROM events_archived") == count;
    });
}
