using System.Data.Common;
using Fever.SearchApi.Search;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Fever.SearchApi.Reading;

/// <summary>The connections on which events are read.</summary>
internal sealed class EventSource(IConfiguration configuration, IOptions<SearchOptions> options) : IAsyncDisposable
{
    // Not before the options have been found to be good.
    private readonly Lazy<NpgsqlDataSource> _source = new(() => Build(configuration, options.Value));

    /// <summary>Which database it is: Redis may serve several.</summary>
    public string Database { get; } = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ReadOnlyDatabase.ConnectionName)).Database ?? "";

    /// <summary>Runs it on a connection, and once more when that turns out to be dead.</summary>
    /// <exception cref="DbException">The database cannot answer.</exception>
    public async Task RunAsync(Func<NpgsqlConnection, Task> read, CancellationToken cancellationToken)
    {
        try
        {
            await RunOnceAsync(read, cancellationToken);
        }
        catch (DbException exception) when (exception.IsTransient && !cancellationToken.IsCancellationRequested)
        {
            // A pooled connection dies unseen when the server restarts, and the others of the pool with it.
            _source.Value.Clear();
            await RunOnceAsync(read, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _source.IsValueCreated ? _source.Value.DisposeAsync() : ValueTask.CompletedTask;

    private async Task RunOnceAsync(Func<NpgsqlConnection, Task> read, CancellationToken cancellationToken)
    {
        await using var connection = await _source.Value.OpenConnectionAsync(cancellationToken);
        await read(connection);
    }

    private static NpgsqlDataSource Build(IConfiguration configuration, SearchOptions options)
    {
        var connection = ReadOnlyDatabase.ReadOnly(
            configuration.GetConnectionString(ReadOnlyDatabase.ConnectionName), options.Lanes + LargeAnswers.MaxAtOnce, nameof(EventReader));
        // Planning a search costs three times its execution, and no plan beats the one along the index on starts.
        connection.Options += " -c plan_cache_mode=force_generic_plan -c default_transaction_isolation=repeatable\\ read";
        connection.MaxAutoPrepare = 16;
        connection.AutoPrepareMinUsages = 1;
        // What is not answered in time is cancelled over a connection of its own, and a server that hangs does not accept that either.
        connection.Timeout = (int)Math.Ceiling(options.QueryTimeout.TotalSeconds);
        connection.CancellationTimeout = 500;
        // Nothing here changes the state of a session.
        connection.NoResetOnClose = true;
        return new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
    }
}
