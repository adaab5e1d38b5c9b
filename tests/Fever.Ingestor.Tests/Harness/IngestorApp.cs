using System.Collections.Concurrent;
using Fever.Ingestor.Database;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Scheduling;
using Fever.Ingestor.Syncing;
using Fever.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Fever.Ingestor.Tests.Harness;

/// <summary>The real Ingestor on a database of its own, polling when a test says so.</summary>
internal sealed class IngestorApp : WebApplicationFactory<CatalogDbContext>
{
    private readonly NpgsqlDataSource _source;
    private readonly Dictionary<string, string> _settings;

    public IngestorApp(string database, Dictionary<string, string> settings, string? seenAs = null)
    {
        Database = database;
        _source = NpgsqlDataSource.Create($"{database};Pooling=false");
        _settings = new(settings) { ["ConnectionStrings:feverdb"] = seenAs ?? database };
    }

    public ManualTime Time { get; } = new();

    /// <summary>Its connection string.</summary>
    public string Database { get; }

    /// <summary>Every line logged so far.</summary>
    public ConcurrentQueue<string> Logs { get; } = new();

    /// <summary>Starts with these providers, named p0, p1, …, and waits for the first sync of each.</summary>
    public static Task<IngestorApp> StartAsync(Servers servers, params string[] urls) => StartAsync(servers, Providers(urls));

    public static async Task<IngestorApp> StartAsync(Servers servers, Dictionary<string, string> settings)
    {
        var app = new IngestorApp(await servers.CreateDatabaseAsync(), settings);
        app.StartServer();
        await app.WaitForSyncsAsync(settings.Keys.Count(key => key.EndsWith(":Url", StringComparison.Ordinal)));
        return app;
    }

    /// <summary>Starts without providers, to look at a database that others write to.</summary>
    public static Task<IngestorApp> StartAsync(string database) => StartAsync(database, []);

    /// <summary>Starts on a database that there may be something in already, and waits for its schema alone.</summary>
    public static async Task<IngestorApp> StartAsync(string database, Dictionary<string, string> settings)
    {
        var app = new IngestorApp(database, settings);
        app.StartServer();
        await app.Services.GetRequiredService<SchemaReady>().WaitAsync(default);
        return app;
    }

    public static Dictionary<string, string> Providers(params string[] urls)
    {
        var settings = new Dictionary<string, string>();
        foreach (var (index, url) in urls.Index())
        {
            settings[$"Providers:{index}:Name"] = $"p{index}";
            settings[$"Providers:{index}:Url"] = url;
        }

        return settings;
    }

    /// <summary>Makes every provider due that is not being synced, and waits for so many syncs more.</summary>
    public async Task PollAsync(int providers = 1)
    {
        var syncs = await CountSyncsAsync();
        await MakeDueAsync();
        await WaitForSyncsAsync(syncs + providers);
    }

    /// <summary>Leases one provider and syncs it, here and now.</summary>
    public async Task SyncAsync(string provider = "p0")
    {
        var lease = await AcquireAsync(provider);
        await RunAsync(lease);
    }

    public async Task<Lease> AcquireAsync(string provider = "p0")
    {
        // A lease that has expired is given up, as after its back-off.
        await RowsAsync($"UPDATE providers SET due_at = now(), lease_until = nullif(greatest(lease_until, now()), now()) WHERE name = '{provider}'");
        return (await TryAcquireAsync(provider)).Single();
    }

    public async Task<IReadOnlyList<Lease>> TryAcquireAsync(string provider = "p0")
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ProviderSchedule>().AcquireAsync("test", [provider], 1, TimeSpan.FromMinutes(5), default);
    }

    public async Task RunAsync(Lease lease)
    {
        var options = Services.GetRequiredService<IOptions<ProvidersOptions>>().Value.Providers.Single(provider => provider.Name == lease.Name);
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ProviderSync>().RunAsync(options, lease, leaseLost: default, stopping: default);
    }

    public async Task MakeDueAsync()
    {
        await RowsAsync("UPDATE providers SET due_at = now() WHERE lease_until IS NULL");
        Services.GetRequiredService<AsyncSignal>().Set();
    }

    public Task WaitForSyncsAsync(long count) => Eventually.BecomesTrueAsync(async () => await CountSyncsAsync() >= count);

    public Task WaitForLogAsync(string text) =>
        Eventually.BecomesTrueAsync(() => Logs.Any(line => line.Contains(text, StringComparison.Ordinal)));

    public async Task<long> CountSyncsAsync() =>
        await ScalarAsync<string?>("SELECT to_regclass('syncs')::text") is null ? 0 : await ScalarAsync<long>("SELECT count(*) FROM syncs");

    public Task<long> VersionAsync() => ScalarAsync<long>("SELECT version FROM catalog");

    /// <summary>The newest sync as <c>outcome read changed unchanged rejected duplicates vanished</c>.</summary>
    public async Task<string> LastSyncAsync(string provider = "p0") =>
        (await RowsAsync($"SELECT outcome, read, changed, unchanged, rejected, duplicates, vanished FROM syncs WHERE provider = '{provider}' ORDER BY id DESC LIMIT 1"))[0];

    public Task<string[]> PublishedAsync() =>
        RowsAsync("SELECT title, start_date, start_time, end_date, end_time, min_price, max_price FROM published_events ORDER BY starts_at, title");

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        var value = await command.ExecuteScalarAsync();
        return value is DBNull or null ? default! : (T)value;
    }

    /// <summary>Each row as its columns in PostgreSQL's own text, separated by blanks; null is <c>-</c>.</summary>
    public async Task<string[]> RowsAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        command.AllResultTypesAreUnknown = true;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "-" : reader.GetString(column))));
        }

        return [.. rows];
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _source.DisposeAsync();
        // Pools outlive the host; a hundred tests would use up the server's connections.
        await using var connection = new NpgsqlConnection(Database);
        NpgsqlConnection.ClearPool(connection);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(new LogCapture(Logs)));
        builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Time));
    }
}
