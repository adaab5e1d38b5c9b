using System.Net;
using Fever.SearchApi.OutputCaching;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class CoalescingTests(Servers servers)
{
    private const int Callers = 100;

    [Fact]
    public async Task Identical_misses_at_the_same_time_are_one_query()
    {
        using var gate = new QueryGate();
        await using var replica = await WithoutCacheAsync();
        var client = replica.CreateClient();
        var before = gate.Queries;
        gate.Close();

        var callers = Enumerable.Range(0, Callers).Select(_ => client.TitlesAsync("?starts_at=2021-06-30")).ToArray();
        await Eventually.BecomesTrueAsync(() => replica.Pending.Count == Callers);
        gate.Open();

        Assert.All(await Task.WhenAll(callers), titles => Assert.Equal(["wanted"], titles));
        Assert.Equal(1, gate.Queries - before);
    }

    [Fact]
    public async Task Callers_who_leave_first_take_nothing_from_those_who_stay()
    {
        using var gate = new QueryGate();
        await using var replica = await WithoutCacheAsync();
        var client = replica.CreateClient();
        var before = gate.Queries;
        gate.Close();

        using var leaving = new CancellationTokenSource();
        var first = client.GetAsync("/search?starts_at=2021-06-30", leaving.Token);
        await Eventually.BecomesTrueAsync(() => gate.Queries == before + 1);
        var staying = Enumerable.Range(0, Callers).Select(_ => client.TitlesAsync("?starts_at=2021-06-30")).ToArray();
        await Eventually.BecomesTrueAsync(() => replica.Pending.Count == Callers + 1);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Eventually.BecomesTrueAsync(() => replica.Pending.Count == Callers);
        gate.Open();

        Assert.All(await Task.WhenAll(staying), titles => Assert.Equal(["wanted"], titles));
        Assert.Equal(1, gate.Queries - before);
    }

    [Fact]
    public async Task Answer_that_everyone_left_is_still_made_and_cached()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "wanted");
        using var gate = new QueryGate();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        gate.Close();

        using var leaving = new CancellationTokenSource();
        var only = client.GetAsync("/search", leaving.Token);
        await Eventually.BecomesTrueAsync(() => gate.Queries == 1);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => only);
        gate.Open();

        Assert.Equal(["wanted"], await client.TitlesAsync(""));
    }

    [Fact]
    public async Task Caller_who_knows_a_newer_version_does_not_get_an_answer_begun_before_it()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        using var gate = new QueryGate();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        gate.Close();
        var old = client.GetAsync("/search");
        await Eventually.BecomesTrueAsync(() => gate.Queries == 1);

        await catalog.AddAsync("new", "2021-06-30 21:00");
        await catalog.PublishAsync();
        await replica.LearnsAsync(1);
        var late = client.TitlesAsync("");
        await Eventually.BecomesTrueAsync(() => gate.Queries == 2);
        gate.Open();

        Assert.Equal(["new"], await late);
        Assert.Equal(HttpStatusCode.OK, (await old).StatusCode);
    }

    [Fact]
    public async Task Failure_reaches_everyone_who_waits_and_is_then_forgotten()
    {
        var flights = new SingleFlight<string, int>();
        var work = new TaskCompletionSource<int>();
        var waiting = new[] { flights.RunAsync("key", () => work.Task, default), flights.RunAsync("key", () => Task.FromResult(1), default) };

        work.SetException(new InvalidOperationException("no"));

        foreach (var waiter in waiting)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => waiter);
        }

        Assert.Equal(2, await flights.RunAsync("key", () => Task.FromResult(2), default));
    }

    /// <summary>
    /// Nothing listens where its Redis should be, and the first request has noticed. From then on a request gets to
    /// its query without waiting for anything, so all those that are pending are waiting for the same query.
    /// </summary>
    private async Task<Replica> WithoutCacheAsync()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "wanted");
        var replica = new Replica(catalog.ConnectionString, "127.0.0.1:1,connectTimeout=100")
            .With("OutputCaching:RedisReadTimeout", "00:00:00.050")
            .With("OutputCaching:RedisPause", "00:01:00");
        await (await replica.ReadyAsync()).GetAsync("/search?ends_at=2000-01-01");
        return replica;
    }
}
