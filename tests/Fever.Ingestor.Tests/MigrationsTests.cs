using Fever.Ingestor.Database;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Npgsql;

namespace Fever.Ingestor.Tests;

[Collection(nameof(SharedServers))]
public sealed class MigrationsTests(Servers servers)
{
    [Fact]
    public async Task Migrations_are_safe_when_several_start_at_once()
    {
        var database = await servers.CreateDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => CatalogMigrations.ApplyAsync(database, default))));

        await using var source = NpgsqlDataSource.Create(database);
        await using var version = source.CreateCommand("SELECT version FROM catalog");
        Assert.Equal(0L, await version.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Migration_that_fails_gives_its_lock_back()
    {
        var database = await servers.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await source.CreateCommand("CREATE TABLE events (id int)").ExecuteNonQueryAsync();

        await Assert.ThrowsAsync<PostgresException>(() => CatalogMigrations.ApplyAsync(database, default));

        // From another session: the one of the migration is back in its pool, and would get its own lock again.
        await using var other = NpgsqlDataSource.Create($"{database};Pooling=false");
        Assert.Equal(true, await other.CreateCommand("SELECT pg_try_advisory_lock(5072648393)").ExecuteScalarAsync());
    }

    [Fact]
    public async Task Migration_may_take_longer_than_other_commands()
    {
        var database = await servers.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await source.CreateCommand(
            """
            CREATE FUNCTION wait() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1.5); END';
            CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION wait()
            """).ExecuteNonQueryAsync();

        await CatalogMigrations.ApplyAsync($"{database};Command Timeout=1", default);
    }

    [Theory]
    [InlineData("SELECT * FROM published_events", true)]
    [InlineData("SELECT version, changed_at, time_resolution FROM catalog", true)]
    [InlineData("SELECT * FROM events", false)]
    [InlineData("SELECT * FROM event_changes", false)]
    [InlineData("SELECT * FROM syncs", false)]
    [InlineData("UPDATE catalog SET version = 9", false)]
    [InlineData("DELETE FROM published_events", false)]
    [InlineData("CREATE TABLE mine (id int)", false)]
    public async Task Reading_role_may_read_the_view_and_the_version_and_nothing_else(string sql, bool allowed)
    {
        var database = await servers.CreateDatabaseAsync();
        await CatalogMigrations.ApplyAsync(database, default);
        await using var source = NpgsqlDataSource.Create($"{database};Options=-c role=fever_reader");
        await using var command = source.CreateCommand(sql);

        var refusal = await Record.ExceptionAsync(() => command.ExecuteNonQueryAsync());

        Assert.Equal(allowed ? null : PostgresErrorCodes.InsufficientPrivilege, (refusal as PostgresException)?.SqlState);
    }
}
