using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Fever.Ingestor.Database.Migrations;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>A database of an earlier release goes on where it was.</summary>
[Collection(nameof(SharedServers))]
public sealed class UpgradeTests(Servers servers)
{
    // One event changed while online, one went offline, one was never online, one has vanished.
    private const string FirstRelease =
        """
        INSERT INTO syncs VALUES ('00000000-0000-0000-0000-000000000009', 'p0', now(), now(), 'complete', NULL, 1, 4, 4, 0, 0, 0, 0, 1);
        UPDATE catalog SET version = 3;

        INSERT INTO events VALUES
        ('00000000-0000-0000-0000-000000000001', 'p0', '1', '1', 'New', '2021-06-30 21:00', NULL, '2021-06-30 21:00Z', '2021-06-30 21:00Z', 1.5, 2, 'online', '{"sell_mode": "online", "title": "New", "start": "2021-06-30T21:00:00", "end": null, "min_price": 1.5, "max_price": 2}', '\x01', '2026-01-01Z', '2026-01-01Z', '2026-01-02Z', NULL),
        ('00000000-0000-0000-0000-000000000002', 'p0', '2', '1', 'Online', '2021-07-30 21:00', '2021-07-30 22:00', '2021-07-30 21:00Z', '2021-07-30 22:00Z', NULL, NULL, 'offline', '{"sell_mode": "offline", "title": "Offline", "start": "2021-07-30T21:00:00", "end": null, "min_price": null, "max_price": null}', '\x02', '2026-01-01Z', '2026-01-01Z', '2026-01-02Z', NULL),
        ('00000000-0000-0000-0000-000000000003', 'p0', '3', '1', 'Never', '2021-08-30 21:00', NULL, '2021-08-30 21:00Z', '2021-08-30 21:00Z', NULL, NULL, 'offline', '{"sell_mode": "offline", "title": "Never", "start": "2021-08-30T21:00:00", "end": null, "min_price": null, "max_price": null}', '\x03', '2026-01-01Z', NULL, '2026-01-01Z', NULL),
        ('00000000-0000-0000-0000-000000000004', 'p0', '4', '1', 'Gone', '2021-09-30 21:00', NULL, '2021-09-30 21:00Z', '2021-09-30 21:00Z', NULL, NULL, 'online', '{"sell_mode": "online", "title": "Gone", "start": "2021-09-30T21:00:00", "end": null, "min_price": null, "max_price": null}', '\x04', '2026-01-01Z', '2026-01-01Z', '2026-01-01Z', '2026-01-02Z');

        INSERT INTO event_changes (event_id, sync_id, at, kind, before, after)
        SELECT e.id, '00000000-0000-0000-0000-000000000009', '2026-01-01Z', 'appeared', NULL,
               CASE e.base_plan_id WHEN '1' THEN '{"sell_mode": "online", "title": "Old", "start": "2021-06-29T21:00:00", "end": null, "min_price": 1, "max_price": 2}'
                                   WHEN '2' THEN '{"sell_mode": "online", "title": "Online", "start": "2021-07-30T21:00:00", "end": "2021-07-30T22:00:00", "min_price": null, "max_price": null}'
                                   ELSE e.observed END
        FROM events e;

        INSERT INTO event_changes (event_id, sync_id, at, kind, before, after)
        SELECT e.id, '00000000-0000-0000-0000-000000000009', '2026-01-02Z', CASE e.base_plan_id WHEN '4' THEN 'vanished' ELSE 'changed' END,
               e.observed, CASE e.base_plan_id WHEN '4' THEN NULL ELSE e.observed END
        FROM events e WHERE e.base_plan_id <> '3';
        """;

    [Fact]
    public async Task Events_and_version_survive_and_the_journal_can_rebuild_them()
    {
        var database = await servers.CreateDatabaseAsync();
        await InstallFirstReleaseAsync(database);
        var published = await PublishedAsync(database);

        await using var ingestor = await IngestorApp.StartAsync(database);

        Assert.Equal(published, await PublishedAsync(database));
        Assert.Equal(3, await ingestor.VersionAsync());
        var events = await ingestor.RowsAsync("SELECT e::text FROM events e ORDER BY id");
        await ingestor.RowsAsync("DELETE FROM events");
        await using (var scope = ingestor.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<JournalReplay>().RunAsync(default);
        }

        Assert.Equal(events, await ingestor.RowsAsync("SELECT e::text FROM events e ORDER BY id"));
    }

    [Fact]
    public async Task Empty_feed_is_suspicious_when_the_first_release_saw_records()
    {
        var database = await servers.CreateDatabaseAsync();
        await InstallFirstReleaseAsync(database);
        await using var provider = await StubProvider.StartAsync();
        await using var ingestor = await IngestorApp.StartAsync(database, IngestorApp.Providers(provider.Url));

        await ingestor.WaitForSyncsAsync(2);

        Assert.Equal("held 0 0 0 0 0 0", await ingestor.LastSyncAsync());
    }

    [Fact]
    public async Task First_sync_after_the_upgrade_keeps_every_event()
    {
        var database = await servers.CreateDatabaseAsync();
        await InstallFirstReleaseAsync(database);
        await using var provider = await StubProvider.StartAsync(BasePlan("5"));
        await using var ingestor = await IngestorApp.StartAsync(database, IngestorApp.Providers(provider.Url));

        await ingestor.WaitForSyncsAsync(2);

        Assert.Equal("complete 1 1 0 0 0 3", await ingestor.LastSyncAsync());
        Assert.Equal(4, (await ingestor.PublishedAsync()).Length);
    }

    [Theory]
    [InlineData(60, "2021-06-30 21:00Z", "2021-06-30 22:00Z")]
    [InlineData(1, "2021-06-30 21:00Z", "2021-06-30 22:00:01Z")]
    [InlineData(0, "2021-06-30 21:00:00.000001Z", "2021-06-30 22:00Z")]
    public async Task Catalog_gets_its_time_resolution_and_an_older_ingestor_keeps_it_right(int resolution, string startsAt, string endsAt)
    {
        var database = await servers.CreateDatabaseAsync();
        await InstallAsync<PartitionEvents>(
            database,
            $$"""
            INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, starts_at, ends_at,
                                sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at, is_archived)
            SELECT gen_random_uuid(), 'p0', n::text, '1', 'Title', '2021-06-30 21:00', t.starts_at::timestamptz, t.ends_at::timestamptz,
                   'online', '{}', '', now(), t.online, now(), n = 2
            FROM (VALUES (1, '2021-06-30 21:00Z', '2021-06-30 21:00Z', now()),
                         (2, '{{startsAt}}', '{{endsAt}}', now()),
                         (3, '2021-06-30 21:00:00.5Z', '2021-06-30 21:00:00.5Z', NULL)) t (n, starts_at, ends_at, online);
            UPDATE catalog SET version = 3;
            """);

        await using var ingestor = await IngestorApp.StartAsync(database);

        Assert.Equal([$"3 {resolution}"], await ingestor.RowsAsync("SELECT version, time_resolution FROM catalog"));
        await ingestor.RowsAsync("UPDATE events SET first_online_at = now() WHERE base_plan_id = '3'");
        await ingestor.RowsAsync("UPDATE catalog SET version = version + 1, changed_at = now()");
        Assert.Equal(["4 0"], await ingestor.RowsAsync("SELECT version, time_resolution FROM catalog"));
    }

    private static Task InstallFirstReleaseAsync(string database) => InstallAsync<CreateCatalog>(database, FirstRelease);

    /// <summary>The schema up to this migration, with this in it.</summary>
    private static async Task InstallAsync<TMigration>(string database, string content)
        where TMigration : Migration
    {
        var options = new DbContextOptionsBuilder<CatalogDbContext>().UseNpgsql(database);
        CatalogDbContext.Configure(options);
        await using var db = new CatalogDbContext(options.Options);
        await db.GetService<IMigrator>().MigrateAsync(typeof(TMigration).GetCustomAttributesData()
            .Single(attribute => attribute.AttributeType == typeof(MigrationAttribute)).ConstructorArguments[0].Value as string);
        await db.Database.ExecuteSqlRawAsync(content.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
    }

    private static async Task<string[]> PublishedAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create($"{database};Pooling=false;Options=-c role=fever_reader");
        await using var command = source.CreateCommand("SELECT p::text FROM published_events p ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return [.. rows];
    }
}
