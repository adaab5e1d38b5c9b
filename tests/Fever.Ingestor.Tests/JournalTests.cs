using System.Diagnostics;
using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Fever.Ingestor.Retention;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>The journal alone makes the present state again.</summary>
[Collection(nameof(SharedServers))]
public sealed class JournalTests(Servers servers)
{
    [Theory]
    [InlineData("DELETE FROM events")]
    [InlineData("UPDATE events SET title = 'lost', start_local = now(), end_local = NULL, starts_at = now(), ends_at = now(), min_price = 1, max_price = 2, missing_since = now()")]
    [InlineData("UPDATE events SET sell_mode = 'offline', observed = '{}', fingerprint = '', first_seen_at = now(), first_online_at = NULL, changed_at = now()")]
    public async Task Events_are_rebuilt_from_the_journal_alone(string damage)
    {
        await using var provider = await StubProvider.StartAsync(Catalogue(0));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await LiveAsync(ingestor, provider);
        var before = await EventsAsync(ingestor);
        var version = await ingestor.VersionAsync();

        await ingestor.RowsAsync(damage);
        var result = await ReplayAsync(ingestor);

        Assert.Equal(before, await EventsAsync(ingestor));
        Assert.Equal(new JournalReplay.Result(before.Length, before.Length, 0), result);
        Assert.Equal(version + 1, await ingestor.VersionAsync());
    }

    [Fact]
    public async Task Rebuilding_what_is_right_writes_nothing()
    {
        await using var provider = await StubProvider.StartAsync(Catalogue(0));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await LiveAsync(ingestor, provider);
        var version = await ingestor.VersionAsync();

        Assert.Equal(0, (await ReplayAsync(ingestor)).Repaired);
        Assert.Equal(version, await ingestor.VersionAsync());
    }

    [Fact]
    public async Task Event_that_the_journal_does_not_know_is_left_alone()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.RowsAsync("DELETE FROM event_changes WHERE base_plan_id = '1'");

        Assert.Equal(new JournalReplay.Result(1, 0, 1), await ReplayAsync(ingestor));
        Assert.Equal(2, (await ingestor.PublishedAsync()).Length);
    }

    [Fact]
    public async Task Pruned_journal_still_rebuilds_everything()
    {
        await using var provider = await StubProvider.StartAsync(Catalogue(0));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await LiveAsync(ingestor, provider);
        await AgeAsync(ingestor);
        var before = await EventsAsync(ingestor);
        var changes = await ingestor.ScalarAsync<long>("SELECT count(*) FROM event_changes");

        var pruned = await PruneAsync(ingestor);

        Assert.InRange(pruned, 1, changes - before.Length);
        Assert.Equal(changes - pruned, await ingestor.ScalarAsync<long>("SELECT count(*) FROM event_changes"));
        Assert.Equal(0, await PruneAsync(ingestor));
        await ingestor.RowsAsync("DELETE FROM events");
        await ReplayAsync(ingestor);
        Assert.Equal(before, await EventsAsync(ingestor));
    }

    [Fact]
    public async Task Command_line_rebuilds_and_says_what_it_did()
    {
        var database = await servers.CreateDatabaseAsync();
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2"));
        await using var ingestor = new IngestorApp(database, IngestorApp.Providers(provider.Url));
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);
        await ingestor.RowsAsync("DELETE FROM events WHERE base_plan_id = '1'");

        var (exitCode, output) = await RunAsync(database, "rebuild");

        Assert.Equal(0, exitCode);
        Assert.Contains("rebuild: the journal has 2 events; 1 were missing or different", output, StringComparison.Ordinal);
        Assert.Equal(2, (await ingestor.PublishedAsync()).Length);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=nobody", "rebuild", "rebuild: the database of ConnectionStrings__feverdb cannot be used: Failed to connect")]
    [InlineData("", "rebuild", "rebuild: ConnectionStrings__feverdb is not set")]
    [InlineData("", "rebiuld", "'rebiuld' is not a command; accepted is rebuild")]
    public async Task Command_line_that_cannot_do_it_says_why(string database, string command, string error)
    {
        var (exitCode, output) = await RunAsync(database, command);

        Assert.Equal(1, exitCode);
        Assert.Contains(error, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    /// <summary>Twenty catalogues in a row in which plans change, vanish, return and go on and off line.</summary>
    private static async Task LiveAsync(IngestorApp ingestor, StubProvider provider)
    {
        for (var day = 1; day < 20; day++)
        {
            provider.Serve(Catalogue(day));
            await ingestor.SyncAsync();
        }

        Assert.Equal(
            ["appeared", "changed", "returned", "vanished"], await ingestor.RowsAsync("SELECT DISTINCT kind FROM event_changes ORDER BY 1"));
        Assert.Equal(["f", "t"], await ingestor.RowsAsync("SELECT DISTINCT title <> observed->>'title' FROM events ORDER BY 1"));
    }

    private static string[] Catalogue(int day)
    {
        var random = new Random(day);
        return
        [
            BasePlan("sure"),
            .. Enumerable.Range(1, 30).Where(_ => random.Next(4) > 0).Select(id => BasePlan(
                $"{id}",
                sellMode: random.Next(3) > 0 && id != 30 ? "online" : "offline",
                title: $"Title {random.Next(4)}",
                start: $"2021-06-{id:00}T21:00:00",
                end: random.Next(3) > 0 ? $"2021-07-{id:00}T0{random.Next(9)}:00:00" : null,
                prices: random.Next(3) > 0 ? [$"{random.Next(5)}.{random.Next(100):00}0", "10"] : [])),
        ];
    }

    private static Task<string[]> EventsAsync(IngestorApp ingestor) => ingestor.RowsAsync("SELECT e::text FROM events e ORDER BY id");

    private static async Task<JournalReplay.Result> ReplayAsync(IngestorApp ingestor)
    {
        await using var scope = ingestor.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<JournalReplay>().RunAsync(default);
    }

    private static async Task<int> PruneAsync(IngestorApp ingestor)
    {
        await using var scope = ingestor.Services.CreateAsyncScope();
        var round = new RetentionRound(
            scope.ServiceProvider.GetRequiredService<CatalogDbContext>(), Options.Create(new RetentionOptions { PruneJournalAfter = TimeSpan.FromDays(1), BatchSize = 7 }));
        return (await round.RunAsync(default)).Changes;
    }

    private static async Task AgeAsync(IngestorApp ingestor)
    {
        await ingestor.RowsAsync("UPDATE event_changes SET at = at - interval '30 days'");
        await ingestor.RowsAsync(
            """
            UPDATE events SET first_seen_at = first_seen_at - interval '30 days', first_online_at = first_online_at - interval '30 days',
                              changed_at = changed_at - interval '30 days', missing_since = missing_since - interval '30 days'
            """);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string database, string command)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CatalogDbContext).Assembly.Location, command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__feverdb"] = database;
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output));
    }
}
