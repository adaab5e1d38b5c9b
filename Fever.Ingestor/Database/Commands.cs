using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Fever.Ingestor.Database;

/// <summary>SQL with numbered parameters on a context's own connection, and in its transaction if it has one.</summary>
internal static class Commands
{
    // Seconds: a catalogue of a million new events takes a minute to write, and others wait for it.
    private const int LongestCommand = 300;

    public static async Task<int> ExecuteAsync(this CatalogDbContext db, string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        await using var command = await db.CommandAsync(sql, parameters, cancellationToken);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<T> ScalarAsync<T>(this CatalogDbContext db, string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        await using var command = await db.CommandAsync(sql, parameters, cancellationToken);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static async Task<NpgsqlCommand> CommandAsync(
        this CatalogDbContext db, string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        var connection = await db.OpenAsync(cancellationToken);
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = db.Database.GetCommandTimeout() ?? LongestCommand };
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter ?? DBNull.Value });
        }

        return command;
    }

    /// <summary>Opens the context's connection, which then stays open as long as the context: the staging table lives in it.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(this CatalogDbContext db, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        if (connection.State != System.Data.ConnectionState.Open)
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
        }

        return connection;
    }
}
