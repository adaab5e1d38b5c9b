using System.Text.Json;
using Fever.SearchApi.Database;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Fever.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class LargeResponseReaderTests(Servers servers)
{
    private const int Events = 20000;
    private const int Piece = 400_000;

    private static readonly IOptions<DatabaseOptions> Options = Microsoft.Extensions.Options.Options.Create(new DatabaseOptions { QueryTimeout = TimeSpan.FromSeconds(30) });

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Read_may_take_any_time_while_it_makes_progress()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, Events);
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var source = Source(database.ConnectionString);
        using var reader = new LargeResponseReader(source, Options, _time, NullLogger<LargeResponseReader>.Instance);
        var completed = new TaskCompletionSource<CachedResponse>();
        database.Allow(1_000_000);
        var response = await reader.BeginAsync(new SearchQuery(default), withBody: true, completed.SetResult, CancellationToken.None);
        var body = (GzipBody)response.Body;

        for (var piece = 0; piece < 4; piece++)
        {
            // After the second growth the time limit has been renewed for the first one.
            await GrowsAsync(body, database);
            await GrowsAsync(body, database);
            _time.Advance(Options.Value.QueryTimeout * 0.75);
        }

        database.Allow(long.MaxValue);
        Assert.Equal(Events, await CountAsync(body));
        Assert.Same(response, await completed.Task);
    }

    [Fact]
    public async Task Events_are_of_the_version_although_another_one_is_published_between_both_statements()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        await using var source = Source(catalog.ConnectionString);
        using var reader = new LargeResponseReader(source, Options, _time, NullLogger<LargeResponseReader>.Instance);

        var reading = await catalog.WhileLockedAsync(() => reader.BeginAsync(new SearchQuery(default), withBody: true, _ => { }, CancellationToken.None));

        var response = await reading;
        Assert.Equal(0, response.Version.Number);
        Assert.Equal(1500, await CountAsync((GzipBody)response.Body));
    }

    [Fact]
    public async Task Small_response_is_of_one_version_too()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "old");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();

        var asking = await catalog.WhileLockedAsync(() => client.GetAsync("/search"));

        var answer = await asking;
        Assert.Equal(0, answer.CatalogVersion());
        Assert.Single(await answer.EventIdsAsync());
    }

    private static EventDataSource Source(string connectionString) => new(
        new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:feverdb", connectionString)]).Build(), Options);

    private static async Task GrowsAsync(GzipBody body, TcpProxy database)
    {
        var before = body.Size;
        database.Allow(Piece);
        await Eventually.BecomesTrueAsync(() => body.Size > before || !body.IsInUse);
        Assert.True(body.IsInUse, "The read broke off.");
    }

    private static async Task<int> CountAsync(GzipBody body)
    {
        using var plain = new MemoryStream();
        await body.CopyToAsync(plain, ContentCoding.Identity, CancellationToken.None);
        using var json = JsonDocument.Parse(plain.ToArray());
        return json.RootElement.GetProperty("data").GetProperty("events").GetArrayLength();
    }
}
