using Fever.Ingestor.Catalog;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Syncing;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>The lock that all writers of the catalog take in turn is held from the first change to the commit, and no longer.</summary>
[Collection(nameof(SharedServers))]
public sealed class CatalogLockTests(Servers servers)
{
    [Fact]
    public async Task Sync_that_changes_nothing_takes_no_lock_and_creates_no_table()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2", sellMode: "offline"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.RowsAsync(
            """
            CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a table was created''; END';
            CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION refuse()
            """);
        await using var held = await HoldAsync(ingestor);
        // The same events in other bytes, one of them twice.
        provider.Serve(BasePlan("2", sellMode: "offline"), BasePlan("1"), BasePlan("1"));

        await ingestor.SyncAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("complete 3 0 2 0 1 0", await ingestor.LastSyncAsync());
    }

    [Fact]
    public async Task Sync_compares_before_it_takes_the_lock_and_again_under_it()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2"), BasePlan("3"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        provider.Serve(BasePlan("1", title: "New"), BasePlan("2"));
        var held = await HoldAsync(ingestor);
        var sync = ingestor.SyncAsync();
        await WaitForWaitingAsync(ingestor);
        // Meanwhile another writer has made one of the changes.
        await ingestor.RowsAsync("UPDATE events SET missing_since = now() WHERE base_plan_id = '3'");

        await held.DisposeAsync();
        await sync;

        Assert.Equal("complete 2 1 1 0 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(["changed New"], await ingestor.RowsAsync("SELECT kind, after->>'title' FROM event_changes WHERE kind <> 'appeared'"));
    }

    [Fact]
    public async Task Rebuild_replays_the_journal_without_the_lock_and_never_reverts_a_change_made_meanwhile()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.RowsAsync("UPDATE events SET title = 'lost', fingerprint = ''");
        await using var scope = ingestor.Services.CreateAsyncScope();
        var held = await HoldAsync(ingestor);

        // It gets as far as the lock, which it needs to repair only.
        var rebuild = scope.ServiceProvider.GetRequiredService<JournalReplay>().RunAsync(default);
        await WaitForWaitingAsync(ingestor);
        await ingestor.RowsAsync(
            """
            INSERT INTO event_changes (event_id, provider, base_plan_id, plan_id, sync_id, at, kind, before, after, fingerprint)
            SELECT event_id, provider, base_plan_id, plan_id, sync_id, now(), 'changed', after, jsonb_set(after, '{title}', '"New"'), fingerprint
            FROM event_changes WHERE base_plan_id = '1'
            """);
        await held.DisposeAsync();

        Assert.Equal(new JournalReplay.Result(2, 2, 0), await rebuild);
        Assert.Equal(["New", "Title"], await ingestor.RowsAsync("SELECT title FROM events ORDER BY base_plan_id"));
    }

    [Fact]
    public void Batch_is_full_by_its_characters_too()
    {
        var result = new FeedReadResult(new ProviderOptions { Name = "p0" });
        var title = new string('x', 10_000);

        while (!result.IsBatchFull)
        {
            result.Add(new Observation(new PlanKey("1", $"{result.Read}"), SellMode.Online, title, new DateTime(2021, 6, 30), null, null, null));
        }

        Assert.InRange(result.Read, 100, 500);
        Assert.Equal(result.Read, result.TakeBatch().Count);
        Assert.False(result.IsBatchFull);
    }

    private static async Task<NpgsqlConnection> HoldAsync(IngestorApp ingestor)
    {
        var connection = new NpgsqlConnection($"{ingestor.Database};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(5072648392)", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static Task WaitForWaitingAsync(IngestorApp ingestor) => Eventually.BecomesTrueAsync(() => ingestor.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted)"));
}
