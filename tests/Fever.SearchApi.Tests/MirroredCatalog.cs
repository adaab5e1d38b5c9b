using System.Collections.Concurrent;
using Fever.Testing;
using Npgsql;
using NpgsqlTypes;

namespace Fever.SearchApi.Tests;

/// <summary>
/// A catalog of which every version is also kept here, so that an answer can be compared with what the same events
/// give without a database. One writer; a change is one transaction with its version, as the Ingestor's are.
/// </summary>
internal sealed class MirroredCatalog
{
    private readonly ConcurrentDictionary<long, Plan[]> _versions = new() { [0] = [] };
    private readonly string _connectionString;

    private MirroredCatalog(string connectionString) => _connectionString = connectionString;

    public string ConnectionString => _connectionString;

    public long Version { get; private set; }

    public Plan[] Present => _versions[Version];

    public static async Task<MirroredCatalog> CreateAsync(Servers servers, IReadOnlyCollection<Plan> plans)
    {
        var catalog = new MirroredCatalog((await TestCatalog.CreateAsync(servers)).ConnectionString);
        await catalog.ChangeAsync(plans);
        return catalog;
    }

    public Plan[] At(long version) => _versions[version];

    /// <summary>Adds these events, or gives them their new times, and removes the others named.</summary>
    public async Task ChangeAsync(IReadOnlyCollection<Plan> put, params Guid[] gone)
    {
        var replaced = put.Select(plan => plan.Id).Concat(gone).ToHashSet();
        // Before anyone can see it.
        _versions[Version + 1] = [.. Present.Where(plan => !replaced.Contains(plan.Id)), .. put];
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "DELETE FROM events WHERE id = ANY ($1)", replaced.ToArray());
        await ExecuteAsync(
            connection,
            """
            INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, end_local, starts_at, ends_at,
                                sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
            SELECT id, 'test', id::text, '1', 'title', s AT TIME ZONE 'UTC', e AT TIME ZONE 'UTC', s, coalesce(e, s),
                   'online', '{}', '', now(), now(), now()
            FROM unnest($1, $2, $3) AS plan (id, s, e)
            """,
            put.Select(plan => plan.Id).ToArray(), put.Select(plan => plan.Start).ToArray(), put.Select(plan => plan.End).ToArray());
        await ExecuteAsync(connection, "UPDATE catalog SET version = version + 1, changed_at = clock_timestamp()");
        await transaction.CommitAsync();
        Version++;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
        {
            var parameter = new NpgsqlParameter { Value = value };
            if (value is DateTime?[])
            {
                // One that begins with null is taken for another type.
                parameter.NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz;
            }

            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync();
    }
}
