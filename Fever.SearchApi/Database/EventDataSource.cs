using System.Data.Common;
using Fever.SearchApi.Catalog;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Fever.SearchApi.Database;

/// <summary>The connections on which events are read.</summary>
internal sealed class EventDataSource(IConfiguration configuration, IOptions<DatabaseOptions> options) : IAsyncDisposable
{
    // Not before the options have been validated.
    private readonly Lazy<NpgsqlDataSource> _source = new(() => Build(configuration, options.Value));

    /// <summary>Its name: Redis may serve several.</summary>
    public string Database { get; } = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ReadOnlyConnection.Name)).Database ?? "";

    /// <summary>Runs the read on a connection, and once more when that connection turns out to be dead.</summary>
    /// <exception cref="DbException">The database cannot answer.</exception>
    public async Task RunAsync(Func<NpgsqlConnection, Task> read, CancellationToken cancellationToken)
    {
        try
        {
            await RunOnceAsync(read, cancellationToken);
        }
        catch (DbException exception) when (exception.IsTransient && !cancellationToken.IsCancellationRequested)
        {
            // When the server restarts, every connection in the pool is dead, and only using it tells.
            _source.Value.Clear();
            await RunOnceAsync(read, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _source.IsValueCreated ? _source.Value.DisposeAsync() : ValueTask.CompletedTask;

    private async Task RunOnceAsync(Func<NpgsqlConnection, Task> read, CancellationToken cancellationToken)
    {
        await using var connection = await _source.Value.OpenConnectionAsync(cancellationToken);
        try
        {
            await read(connection);
        }
        catch (Exception exception) when (exception.GetType() == typeof(Exception))
        {
            // So Npgsql reports a response that it did not expect, as after a batch that failed (npgsql #5803). The
            // connection is broken then, and another one will do.
            throw new NpgsqlException(exception.Message, new IOException(exception.Message, exception));
        }
    }

    private static NpgsqlDataSource Build(IConfiguration configuration, DatabaseOptions options)
    {
        var connection = ReadOnlyConnection.Restrict(
            configuration.GetConnectionString(ReadOnlyConnection.Name), options.ReadWorkers + LargeResponseReader.MaxConcurrency, nameof(EventReader), (int)Math.Ceiling(options.QueryTimeout.TotalSeconds));
        // Planning a search costs three times as much as running it, and no plan beats the index on starts.
        connection.Options += " -c plan_cache_mode=force_generic_plan -c default_transaction_isolation=repeatable\\ read";
        connection.MaxAutoPrepare = 16;
        connection.AutoPrepareMinUsages = 1;
        // Nothing here changes the state of a session.
        connection.NoResetOnClose = true;
        return new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
    }
}
