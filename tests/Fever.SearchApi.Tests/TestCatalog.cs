using Fever.Ingestor.Database;
using Fever.Testing;
using Npgsql;

namespace Fever.SearchApi.Tests;

/// <summary>A database of its own with the Ingestor's schema, filled by plain SQL.</summary>
internal sealed class TestCatalog(string connectionString)
{
    public string ConnectionString { get; } = connectionString;

    /// <summary>With an event of each title, all on the evening of 30 June 2021.</summary>
    public static async Task<TestCatalog> CreateAsync(Servers servers, params string[] titles)
    {
        var catalog = new TestCatalog(await servers.CreateDatabaseAsync());
        await CatalogMigrations.ApplyAsync(catalog.ConnectionString, CancellationToken.None);
        foreach (var title in titles)
        {
            await catalog.AddAsync(title, "2021-06-30 21:00");
        }

        return catalog;
    }

    /// <summary>Events that start a minute apart, from 2 January 2021 on.</summary>
    public static async Task<TestCatalog> OfMinutesAsync(Servers servers, int events)
    {
        var catalog = await CreateAsync(servers);
        await catalog.ExecuteAsync(
            """
            INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, starts_at, ends_at,
                                sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
            SELECT md5(n::text)::uuid, 'test', n::text, '1', n || repeat(' long', 60), local, local AT TIME ZONE 'UTC', local AT TIME ZONE 'UTC',
                   'online', '{}', '', now(), now(), now()
            FROM generate_series(1, $1) n, LATERAL (SELECT timestamp '2021-01-02' + n * interval '1 minute' AS local) AS start
            """,
            events);
        return catalog;
    }

    /// <summary>Adds a published event whose local times are UTC and returns its id.</summary>
    public async Task<Guid> AddAsync(
        string title, string start, string? end = null, string? minPrice = null, string? maxPrice = null, Guid? id = null)
    {
        var eventId = id ?? Guid.NewGuid();
        await ExecuteAsync(
            """
            INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, end_local, starts_at, ends_at, min_price, max_price,
                                sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
            VALUES ($1, 'test', $1::text, '1', $2, $3::timestamp, $4::timestamp, $3::timestamp AT TIME ZONE 'UTC',
                    coalesce($4, $3)::timestamp AT TIME ZONE 'UTC', $5::numeric, $6::numeric, 'online', '{}', '', now(), now(), now())
            """,
            eventId, title, start, end, minPrice, maxPrice);
        // Not a new version, but the resolution of the present one: odd times must not be rounded.
        await ExecuteAsync("UPDATE catalog SET version = version");
        return eventId;
    }

    /// <summary>Tells the replicas that something was published; without it a change goes unnoticed.</summary>
    public Task PublishAsync() => ExecuteAsync("UPDATE catalog SET version = version + 1, changed_at = clock_timestamp()");

    /// <summary>
    /// Begins a read, publishes a new event once the read waits for the events' table, which is after it has seen the
    /// version, and then lets it go on.
    /// </summary>
    /// <returns>What was begun.</returns>
    public async Task<Task<T>> WhileLockedAsync<T>(Func<Task<T>> begin)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var publish = new NpgsqlCommand(
            """
            LOCK TABLE events IN ACCESS EXCLUSIVE MODE;
            INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, starts_at, ends_at,
                                sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
            VALUES (gen_random_uuid(), 'test', 'new', '1', 'new', '2021-07-01', '2021-07-01T00:00:00Z', '2021-07-01T00:00:00Z',
                    'online', '{}', '', now(), now(), now());
            UPDATE catalog SET version = version + 1, changed_at = clock_timestamp();
            """,
            connection);
        await publish.ExecuteNonQueryAsync();
        var begun = begin();
        await using var waiting = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'events'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))", connection);
        await Eventually.BecomesTrueAsync(async () => (bool)(await waiting.ExecuteScalarAsync())!);
        await transaction.CommitAsync();
        return begun;
    }

    public async Task ExecuteAsync(string sql, params object?[] parameters)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
        {
            command.Parameters.Add(value is null or string
                ? new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
                : new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
