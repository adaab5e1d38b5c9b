using Fever.Bench.Search.Cases;
using Fever.Bench.Search.Loads;
using Fever.Bench.Search.Servers;
using Fever.ProviderSimulator.Feed;
using Fever.Testing;

namespace Fever.Bench.Search;

/// <summary>Fever with one replica and all events, the programs that are compared with it or ask it, and what to remove afterwards.</summary>
internal sealed class SearchStage : IAsyncDisposable
{
    // Longer than a replica takes to see a new catalogue.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly TemporaryFolder _folder = new();
    private FeedServer? _provider;
    private FeverProcess? _fever;

    public required Ranges Ranges { get; init; }

    public Uri Gateway => _fever!.Gateway;

    public Uri Replica => _fever!.Replicas[0].Address;

    public EventDatabase Database { get; private set; } = null!;

    /// <summary>Null when it is not installed, as the next two.</summary>
    public Nginx? Nginx { get; private set; }

    public Wrk? Wrk { get; private set; }

    public PgBench? PgBench { get; private set; }

    public Processors Processors { get; private set; } = null!;

    public static async Task<SearchStage> SetAsync(Ranges ranges, int plans, CancellationToken cancellationToken)
    {
        var stage = new SearchStage { Ranges = ranges };
        try
        {
            await stage.StartAsync(plans, cancellationToken);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The last first, and each even if one before it fails.
        using var folder = _folder;
        await using var provider = _provider;
        await using var fever = _fever;
        await using var database = Database;
        await using var nginx = Nginx;
    }

    private async Task StartAsync(int plans, CancellationToken cancellationToken)
    {
        var feed = Path.Combine(_folder.Path, "feed.xml");
        await using (var stream = File.Create(feed))
        {
            await new FeedDocument().WriteAsync(SpreadCatalogue.BasePlans(Ranges.FirstDay, plans), stream, cancellationToken);
        }

        _provider = await FeedServer.StartAsync(new Offer(feed), cancellationToken);
        _fever = await FeverProcess.StartAsync(_provider.Url, replicas: 1, settings: [], cancellationToken);
        Database = new EventDatabase(await _fever.ConnectionStringAsync(cancellationToken));
        await IngestAsync(plans, cancellationToken);
        await StartToolsAsync(cancellationToken);
        Processors = new Processors(Running().Where(each => each.Id is not null).ToDictionary(each => each.Name, each => each.Id!.Value));
    }

    private async Task IngestAsync(int plans, CancellationToken cancellationToken)
    {
        var sync = await new OperatorApi(_fever!.Ingestor).FirstAsync(cancellationToken);
        Console.WriteLine($"ingested: {sync.Read} plans in {sync.Seconds:0.0} s");
        if (sync.Outcome != "complete" || sync.Changed != plans)
        {
            throw new BenchException($"the sync is {sync}; right are {plans} plans, all new");
        }

        await Database.VacuumAsync(cancellationToken);
        var (began, right) = (TimeProvider.System.GetTimestamp(), await Database.FindAsync(Ranges.Hot, cancellationToken));
        var hot = new Uri(Gateway, Ranges.Hot.Path);
        while (!(await Answers.GetAsync(hot, acceptsGzip: false, cancellationToken)).Ids.SequenceEqual(right))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new BenchException($"{hot} does not find the {right.Count} events that PostgreSQL has");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task StartToolsAsync(CancellationToken cancellationToken)
    {
        Wrk = Tool.Find("wrk") is { } wrk ? new Wrk(wrk, _folder) : null;
        PgBench = Tool.Find("pgbench") is { } pgbench ? new PgBench(pgbench, _folder, Database.ConnectionString, Ranges) : null;
        Nginx = Tool.Find("nginx") is { } nginx ? await Nginx.StartAsync(nginx, Replica, cancellationToken) : null;
    }

    private IEnumerable<(string Name, int? Id)> Running() =>
    [
        ("gateway", _fever!.GatewayId),
        ("replica", _fever.Replicas[0].Id),
        ("ingestor", _fever.IngestorId),
        ("redis", _fever.CacheId),
        ("postgres", _fever.PostgresId),
        ("nginx", Nginx?.Id),
    ];
}
