using Fever.Ingestor.Database;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

[Collection(nameof(SharedServers))]
public sealed class ConnectionPoolTests(Servers servers)
{
    [Fact]
    public async Task Pool_has_connections_left_when_as_many_syncs_as_allowed_hold_one()
    {
        var database = await servers.CreateDatabaseAsync();
        await using var provider = await StubProvider.StartAsync(BasePlan());
        var settings = IngestorApp.Providers(provider.Url, provider.Url);
        settings["Syncing:MaxConcurrency"] = "2";
        await using var ingestor = new IngestorApp(database, settings, $"{database};Maximum Pool Size=2;Timeout=1");
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(2);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var blockade = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE events", connection, blockade))
        {
            await command.ExecuteNonQueryAsync();
        }

        provider.Serve(BasePlan(title: "New"));
        await ingestor.MakeDueAsync();
        await Eventually.BecomesTrueAsync(() => ingestor.ScalarAsync<bool>(
            "SELECT count(*) = 2 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"));

        // Such as for the renewal of a lease, which the database does not keep waiting.
        await using var scope = ingestor.Services.CreateAsyncScope();
        Assert.True(await scope.ServiceProvider.GetRequiredService<CatalogDbContext>().Database.CanConnectAsync());
        await blockade.RollbackAsync();
        await ingestor.WaitForSyncsAsync(4);
    }
}
