using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Fever.Ingestor.Retention;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

[Collection(nameof(SharedServers))]
public sealed class RetentionTests(Servers servers)
{
    private const string Future = "2999-01-01T00:00:00";

    [Fact]
    public async Task Events_and_journal_are_kept_and_syncs_and_bad_records_for_thirty_days_unless_configured()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2", start: "never"));
        await using var ingestor = await StartAsync(provider);
        await ingestor.RowsAsync("UPDATE event_changes SET at = '2001-01-01'");
        await AddSyncsAsync(ingestor, 25, "31 days");
        await AddSyncsAsync(ingestor, 3, "29 days");
        await AddRejectsAsync(ingestor, 25, "31 days");
        await AddRejectsAsync(ingestor, 3, "29 days");

        await RunAsync(ingestor);

        Assert.Equal(["1 0 1 4 4"], await ingestor.RowsAsync(
            """
            SELECT (SELECT count(*) FROM events_current), (SELECT count(*) FROM events_archived), (SELECT count(*) FROM event_changes),
                   (SELECT count(*) FROM rejected_records), (SELECT count(*) FROM syncs)
            """));
    }

    [Fact]
    public async Task Newest_syncs_and_bad_records_of_each_provider_are_kept_up_to_the_bound()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"));
        await using var ingestor = await StartAsync(provider, ("MaxRowsPerProvider", "100"));
        await ingestor.RowsAsync("INSERT INTO providers (name, fence) VALUES ('other', 50); UPDATE providers SET fence = 151 WHERE name = 'p0'");
        foreach (var (name, count) in new[] { ("p0", 150), ("other", 50) })
        {
            await AddSyncsAsync(ingestor, count, "1 day", name);
            await AddRejectsAsync(ingestor, count, "1 day", name);
        }

        await RunAsync(ingestor);

        // One of p0's is its real sync.
        Assert.Equal(["other 50 1", "p0 99 52"], await ingestor.RowsAsync(
            "SELECT provider, count(*), min(fence) FROM syncs WHERE outcome = 'failed' GROUP BY 1 ORDER BY 1"));
        Assert.Equal(["other 50 1", "p0 100 51"], await ingestor.RowsAsync(
            "SELECT provider, count(*), min(position) FROM rejected_records GROUP BY 1 ORDER BY 1"));
    }

    [Fact]
    public async Task Event_long_over_is_archived_and_still_searched()
    {
        await using var provider = await StubProvider.StartAsync(Plans());
        await using var ingestor = await StartAsync(provider, ("ArchiveEventsAfter", "30.00:00:00"));
        await ArchivedAsync(ingestor, 25);

        Assert.Equal(["future"], await ingestor.RowsAsync("SELECT base_plan_id FROM events_current WHERE first_online_at IS NOT NULL"));
        Assert.Equal(26, (await ingestor.PublishedAsync()).Length);
    }

    [Fact]
    public async Task Archived_event_is_known_to_the_next_sync()
    {
        await using var provider = await StubProvider.StartAsync(Plans());
        await using var ingestor = await StartAsync(provider, ("ArchiveEventsAfter", "30.00:00:00"));
        await ArchivedAsync(ingestor, 25);

        provider.Serve([.. Plans(), " "]);
        await ingestor.SyncAsync();
        Assert.Equal("complete 27 0 27 0 0 0", await ingestor.LastSyncAsync());
        await ArchivedAsync(ingestor, 25);

        provider.Serve([.. Plans()[..^3], BasePlan("24", title: "Renewed", start: Future, end: null), .. Plans()[^2..]]);
        await ingestor.SyncAsync();

        Assert.Equal("complete 27 1 26 0 0 0", await ingestor.LastSyncAsync());
        await ArchivedAsync(ingestor, 24);
        Assert.Equal(26, (await ingestor.PublishedAsync()).Length);
    }

    [Fact]
    public async Task Event_is_not_archived_while_a_sync_is_writing()
    {
        await using var provider = await StubProvider.StartAsync(Plans());
        await using var ingestor = await StartAsync(provider);
        await using var writer = new NpgsqlConnection(ingestor.Database);
        await writer.OpenAsync();
        await using var writing = await writer.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(CatalogSql.LockCatalog, writer, writing))
        {
            await command.ExecuteNonQueryAsync();
        }

        var round = RunAsync(ingestor, new RetentionOptions { ArchiveEventsAfter = TimeSpan.FromDays(30) });
        await Eventually.BecomesTrueAsync(async () => round.IsCompleted || await ingestor.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory')"));

        Assert.Equal(0, await CountArchivedAsync(ingestor));
        await writing.CommitAsync();
        await round;
        Assert.Equal(25, await CountArchivedAsync(ingestor));
    }

    [Fact]
    public async Task Bad_records_and_syncs_are_dropped_at_every_interval()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"));
        await using var ingestor = await StartAsync(provider, ("PruneRejectsAfter", "2.00:00:00"), ("PruneSyncsAfter", "2.00:00:00"));
        await AddSyncsAsync(ingestor, 25, "3 days");
        await AddRejectsAsync(ingestor, 1, "3 days");

        await Eventually.BecomesTrueAsync(async () =>
        {
            ingestor.Time.Advance(TimeSpan.FromHours(6));
            return await ingestor.ScalarAsync<long>("SELECT (SELECT count(*) FROM rejected_records) + (SELECT count(*) FROM syncs WHERE outcome = 'failed')") == 0;
        });
        await ingestor.WaitForLogAsync("dropped 0 changes, 1 bad records, 25 syncs");
    }

    /// <summary>Starts, and waits until the first round has ended.</summary>
    private async Task<IngestorApp> StartAsync(StubProvider provider, params (string Key, string Value)[] retention)
    {
        var settings = IngestorApp.Providers(provider.Url);
        foreach (var (key, value) in retention)
        {
            settings[$"Retention:{key}"] = value;
        }

        settings["Retention:BatchSize"] = "10";
        settings[$"Logging:LogLevel:{typeof(RetentionService).FullName}"] = "Debug";
        var ingestor = await IngestorApp.StartAsync(servers, settings);
        await ingestor.WaitForLogAsync("Retention: ");
        return ingestor;
    }

    private static async Task RunAsync(IngestorApp ingestor, RetentionOptions? options = null)
    {
        await using var scope = ingestor.Services.CreateAsyncScope();
        var (db, configured) = (scope.ServiceProvider.GetRequiredService<CatalogDbContext>(), scope.ServiceProvider.GetRequiredService<IOptions<RetentionOptions>>());
        await new RetentionRound(db, options is null ? configured : Options.Create(options)).RunAsync(default);
    }

    private static Task<string[]> AddSyncsAsync(IngestorApp ingestor, int count, string age, string provider = "p0") => ingestor.RowsAsync(
        $"""
        INSERT INTO syncs (id, provider, started_at, finished_at, fence, outcome, bytes, read, changed, unchanged, rejected, duplicates, vanished, catalog_version)
        SELECT gen_random_uuid(), '{provider}', now() - interval '{age}' + n * interval '1 second', now(), n, 'failed', 0, 0, 0, 0, 0, 0, 0, 0 FROM generate_series(1, {count}) n
        """);

    private static Task<string[]> AddRejectsAsync(IngestorApp ingestor, int count, string age, string provider = "p0") => ingestor.RowsAsync(
        $"""
        INSERT INTO rejected_records (provider, fingerprint, sync_id, position, reason, raw, times, first_seen_at, last_seen_at)
        SELECT '{provider}', uuid_send(gen_random_uuid()), gen_random_uuid(), n, 'bad', '<plan/>', 1, now(), now() - interval '{age}' + n * interval '1 second'
        FROM generate_series(1, {count}) n
        """);

    private static string[] Plans() =>
    [
        .. Enumerable.Range(0, 25).Select(id => BasePlan($"{id}")), BasePlan("future", start: Future, end: null), BasePlan("offline", sellMode: "offline"),
    ];

    private static Task ArchivedAsync(IngestorApp ingestor, long count) => Eventually.BecomesTrueAsync(async () =>
    {
        ingestor.Time.Advance(TimeSpan.FromHours(6));
        return await CountArchivedAsync(ingestor) == count;
    });

    private static Task<long> CountArchivedAsync(IngestorApp ingestor) => ingestor.ScalarAsync<long>("SELECT count(*) FROM events_archived");
}
