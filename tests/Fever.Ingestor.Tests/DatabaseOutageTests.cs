using System.Net;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Npgsql;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

[Collection(nameof(SharedServers))]
public sealed class DatabaseOutageTests(Servers servers)
{
    [Fact]
    public async Task Ingestor_waits_for_a_database_that_is_not_there_yet_and_is_unhealthy_meanwhile()
    {
        var database = await servers.CreateDatabaseAsync();
        using var proxy = TcpProxy.ToPostgres(database);
        proxy.Cut();
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = new IngestorApp(database, IngestorApp.Providers(provider.Url), proxy.ConnectionString);
        using var client = ingestor.CreateClient();
        await ingestor.WaitForLogAsync("could not be brought up to date: Failed to connect");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/alive", UriKind.Relative))).StatusCode);

        proxy.Restore();
        await Eventually.BecomesTrueAsync(async () =>
        {
            ingestor.Time.Advance(TimeSpan.FromSeconds(1));
            return (await client.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode;
        });

        await ingestor.WaitForSyncsAsync(1);
        Assert.Single(await ingestor.PublishedAsync());
    }

    [Fact]
    public async Task Ingestor_is_unhealthy_until_the_schema_is_up_to_date()
    {
        var database = await servers.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var blockade = await connection.BeginTransactionAsync();
        await using (var create = new NpgsqlCommand("CREATE TABLE events ()", connection, blockade))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var ingestor = new IngestorApp(database, []);
        using var client = ingestor.CreateClient();
        await Eventually.BecomesTrueAsync(() => ingestor.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);

        await blockade.RollbackAsync();

        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode);
        Assert.Equal(0, await ingestor.VersionAsync());
    }

    [Fact]
    public async Task Polls_go_on_when_the_database_has_been_away()
    {
        var database = await servers.CreateDatabaseAsync();
        using var proxy = TcpProxy.ToPostgres(database);
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = new IngestorApp(database, IngestorApp.Providers(provider.Url), proxy.ConnectionString);
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);

        var asked = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var serve = provider.Answer;
        provider.Answer = async context =>
        {
            asked.TrySetResult();
            await release.Task;
            await serve(context);
        };
        await ingestor.MakeDueAsync();
        await asked.Task;
        proxy.Cut();
        release.SetResult();
        await ingestor.WaitForLogAsync("p0: failed");
        ingestor.Time.Advance(TimeSpan.FromSeconds(1));
        await ingestor.WaitForLogAsync("The schedule cannot be read: Failed to connect");
        Assert.DoesNotContain(ingestor.Logs, line => line.StartsWith("Error", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal));
        provider.Serve(BasePlan(title: "Meanwhile"));
        proxy.Restore();
        await ingestor.RowsAsync("UPDATE providers SET lease_until = NULL");
        await ingestor.PollAsync();

        Assert.Equal(["Meanwhile 2021-06-30 21:00:00 2021-06-30 22:00:00 - -"], await ingestor.PublishedAsync());
    }
}
