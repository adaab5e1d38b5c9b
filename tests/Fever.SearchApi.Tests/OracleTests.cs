using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>Whatever is cached, shared or split, an answer has the events that a loop over all of them finds.</summary>
[Collection(nameof(Servers))]
public sealed class OracleTests(Servers servers)
{
    private const int Rounds = 5;
    private const int RangesPerRound = 100;
    private const int Versions = 30;

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    public async Task Every_range_has_the_events_of_the_version_that_every_replica_knows(int seed)
    {
        var random = new RandomCatalog(seed);
        var catalog = await MirroredCatalog.CreateAsync(servers, random.Plans(120));
        await using var first = Caching(catalog);
        await using var second = Caching(catalog);
        var clients = new[] { await first.ReadyAsync(), await second.ReadyAsync() };
        var ranges = new List<Asked>();

        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(first.LearnsAsync(catalog.Version), second.LearnsAsync(catalog.Version));
            // The ranges of earlier rounds are asked again: their old answers are everywhere.
            ranges.AddRange(Enumerable.Range(0, RangesPerRound).Select(_ => random.Ask(catalog.Present)));
            foreach (var client in clients)
            {
                await Task.WhenAll(ranges.Select(async asked => Assert.Equal(catalog.Version, await CheckAsync(client, asked, catalog, seed))));
            }

            await ChangeAsync(catalog, random);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(50)]
    [InlineData(600)]
    public async Task Every_answer_has_the_events_of_the_version_it_names_while_they_change(int seed)
    {
        var random = new RandomCatalog(seed);
        var catalog = await MirroredCatalog.CreateAsync(servers, random.Plans(80));
        await using var first = Caching(catalog);
        await using var second = Caching(catalog);
        var clients = new[] { await first.ReadyAsync(), await second.ReadyAsync() };
        var ranges = Enumerable.Range(0, 40).Select(_ => random.Ask(catalog.Present)).ToArray();
        using var enough = new CancellationTokenSource();
        var answers = 0;

        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(() => ReadAsync(clients[reader % 2], new Random(seed + reader)))).ToArray();
        while (catalog.Version < Versions)
        {
            await ChangeAsync(catalog, random);
            var before = Volatile.Read(ref answers);
            await Eventually.BecomesTrueAsync(() => Volatile.Read(ref answers) > before + 20 || readers.Any(reader => reader.IsFaulted));
        }

        await enough.CancelAsync();
        await Task.WhenAll(readers);

        async Task ReadAsync(HttpClient client, Random choice)
        {
            while (!enough.IsCancellationRequested)
            {
                await CheckAsync(client, ranges[choice.Next(ranges.Length)], catalog, seed);
                Interlocked.Increment(ref answers);
            }
        }
    }

    private Replica Caching(MirroredCatalog catalog) =>
        new Replica(catalog.ConnectionString, servers.Redis).With("OutputCaching:MemorySize", "67108864");

    /// <summary>Compares the answer with the events of the version that it names, and returns that.</summary>
    private static async Task<long> CheckAsync(HttpClient client, Asked asked, MirroredCatalog catalog, int seed)
    {
        var answer = await client.GetAsync($"/search{asked.Query}");
        Assert.True(answer.IsSuccessStatusCode, $"{asked.Query} of seed {seed}: {answer.StatusCode}");
        var version = answer.CatalogVersion();
        var all = asked.All(catalog.At(version));
        var found = await answer.EventIdsAsync();
        Assert.True(found.SequenceEqual(all.Take(asked.Limit ?? int.MaxValue)), $"{asked.Query} of seed {seed} in version {version}, {answer.CacheStatus()}: {found.Length} events");
        Assert.True(answer.Headers.Contains("Link") == all.Length > asked.Limit, $"{asked.Query} of seed {seed}: the next page");
        return version;
    }

    /// <summary>New events, some that move, some that end at another time, some that go.</summary>
    private static Task ChangeAsync(MirroredCatalog catalog, RandomCatalog random)
    {
        var present = catalog.Present;
        var moved = random.Of(present) with { Start = random.Plan(present).Start, End = null };
        var ending = random.Of(present);
        var changes = new[] { random.Plan(present), random.Plan(present), moved, ending with { End = random.EndOf(ending.Start) } };
        return catalog.ChangeAsync([.. changes.DistinctBy(plan => plan.Id)], random.Of(present.Except(changes, SameId).ToArray()).Id);
    }

    private static readonly IEqualityComparer<Plan> SameId = EqualityComparer<Plan>.Create((one, other) => one?.Id == other?.Id, plan => plan.Id.GetHashCode());
}
