using Fever.Bench.Search.Cases;
using Npgsql;

namespace Fever.Bench.Search.Servers;

/// <summary>The truth about the events, and PostgreSQL's own account of what it was asked.</summary>
internal sealed class EventDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _events = NpgsqlDataSource.Create(connectionString);

    public string ConnectionString => connectionString;

    /// <summary>What autovacuum would do some minutes later: the planner must know what there is.</summary>
    public async Task VacuumAsync(CancellationToken cancellationToken)
    {
        await using var vacuum = _events.CreateCommand("VACUUM ANALYZE");
        await vacuum.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The ids that answer a range, in order.</summary>
    public async Task<IReadOnlyList<Guid>> FindAsync(EventRange range, CancellationToken cancellationToken)
    {
        await using var command = _events.CreateCommand(
            "SELECT id FROM published_events WHERE starts_at >= $1 AND ends_at <= $2 ORDER BY starts_at, id");
        command.Parameters.Add(new() { Value = range.From });
        command.Parameters.Add(new() { Value = range.To });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    /// <summary>How often PostgreSQL has gone through the events, or an index of them: once for each search.</summary>
    public async Task<long> ScansAsync(CancellationToken cancellationToken)
    {
        await using var command = _events.CreateCommand("SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relname = 'events_current'");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public ValueTask DisposeAsync() => _events.DisposeAsync();
}
