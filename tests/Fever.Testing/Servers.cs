using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Npgsql;
using Xunit;

namespace Fever.Testing;

/// <summary>A real PostgreSQL and a real Redis-protocol server for one test assembly; every test makes its own database.</summary>
public sealed class Servers : IAsyncLifetime
{
    private DistributedApplication? _app;
    private string _postgres = "";

    /// <summary>StackExchange.Redis configuration string.</summary>
    public string Redis { get; private set; } = "";

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(_postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        // Every test has pools of its own; without pruning, their idle connections would reach the server's limit.
        return $"{_postgres};Database={name};Connection Idle Lifetime=1;Connection Pruning Interval=1";
    }

    public async Task InitializeAsync()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddPostgres("postgres");
        builder.AddRedis("cache");

        _app = await builder.BuildAsync();
        await _app.StartAsync();
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("postgres");
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("cache");
        _postgres = await _app.GetConnectionStringAsync("postgres") ?? "";
        Redis = await _app.GetConnectionStringAsync("cache") ?? "";
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
