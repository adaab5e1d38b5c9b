using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>A replica that has lost its database and remembers nothing: what it answers, Redis has.</summary>
internal sealed class RedisOnlyReplica : IAsyncDisposable
{
    private readonly TcpProxy _database;
    private readonly Replica _replica;

    private RedisOnlyReplica(TcpProxy database, Replica replica, HttpClient client) => (_database, _replica, Client) = (database, replica, client);

    public HttpClient Client { get; }

    public static async Task<RedisOnlyReplica> CreateAsync(TestCatalog catalog, Servers servers)
    {
        var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        var replica = new Replica(database.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        database.Cut();
        return new RedisOnlyReplica(database, replica, client);
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return _replica.DisposeAsync();
    }
}
