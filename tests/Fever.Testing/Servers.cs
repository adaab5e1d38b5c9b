using Npgsql;
using Xunit;

namespace Fever.Testing;

/// <summary>A real PostgreSQL and a real Redis-protocol server for one test assembly; every test makes its own database.</summary>
public sealed class Servers : IAsyncLifetime
{
    private readonly string _postgres = "Host=127.0.0.1;Port=25432;Username=postgres;Password=dev";

    /// <summary>StackExchange.Redis configuration string.</summary>
    public string Redis { get; } = "127.0.0.1:26379,password=dev";

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(_postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return $"{_postgres};Database={name}";
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Task.CompletedTask;
}
