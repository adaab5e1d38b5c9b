using System.Net;
using Fever.SearchApi.Database;
using Fever.SearchApi.Queries;
using Fever.Testing;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.SearchApi.Tests;

/// <summary>What callers and neighbours choose must not make the caches slow, empty or wrong.</summary>
[Collection(nameof(Servers))]
public sealed class HostileInputTests(Servers servers)
{
    [Fact]
    public void Hash_codes_of_queries_do_not_collide_by_the_choice_of_a_cursor()
    {
        // Guid.GetHashCode combines its words by XOR: these are all equal to it.
        var hashes = Enumerable.Range(0, 1000).Select(number =>
        {
            var id = new byte[16];
            BitConverter.TryWriteBytes(id, number);
            BitConverter.TryWriteBytes(id.AsSpan(8), number);
            return new SearchQuery(default, 1, new PageCursor(DateTime.UnixEpoch, new Guid(id))).GetHashCode();
        });

        Assert.InRange(hashes.Distinct().Count(), 990, 1000);
    }

    [Fact]
    public async Task An_entry_in_Redis_that_is_not_ours_is_ignored_and_replaced()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        var key = $"{replica.Services.GetRequiredService<EventDataSource>().Database}:{default(SearchQuery).Key}";
        var foreign = Enumerable.Repeat(byte.MaxValue, 100).ToArray();
        await replica.Services.GetRequiredService<IOutputCacheStore>().SetAsync(key, foreign, tags: null, TimeSpan.FromMinutes(1), default);

        Assert.Equal(["found"], await client.TitlesAsync(""));

        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search")).IsFromRedis());
    }

    [Fact]
    public async Task A_response_longer_than_the_probation_queue_is_kept_and_evicts_nothing()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 5000);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis)
            .With("OutputCaching:MemorySize", "1000000").With("OutputCaching:RedisMaxEntrySize", "0");
        var client = await replica.ReadyAsync();
        await client.GetAsync("/search?limit=1");

        var large = await (await client.AskAsync("", ("Accept-Encoding", "gzip"))).Content.ReadAsByteArrayAsync();

        Assert.InRange(large.Length, 1_000_000 / 8, 1_000_000 / 2);
        Assert.True((await client.GetAsync("/search?limit=1")).IsCached());
        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search")).IsCached());
    }

    [Fact]
    public async Task A_range_with_too_many_events_is_refused_by_HEAD_too_and_its_last_part_is_not()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 3000);
        await catalog.ExecuteAsync("UPDATE events SET starts_at = '2021-01-02Z', ends_at = '2021-01-02Z'");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering().With("Database:MaxEvents", "1500");
        var client = await replica.ReadyAsync();
        using var head = new HttpRequestMessage(HttpMethod.Head, "/search");

        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(head)).StatusCode);
        var second = (await client.GetAsync("/search?limit=900")).NextPage()!;
        var third = (await client.GetAsync(second)).NextPage()!;
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync(second.Replace("limit=900&", "", StringComparison.Ordinal))).StatusCode);
        Assert.Equal(1200, (await (await client.GetAsync(third.Replace("limit=900&", "", StringComparison.Ordinal))).EventIdsAsync()).Length);
    }
}
