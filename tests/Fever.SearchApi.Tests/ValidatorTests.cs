using System.Globalization;
using System.Net;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>What callers and caches on the way are told, so that they need not be sent what they have.</summary>
[Collection(nameof(Servers))]
public sealed class ValidatorTests(Servers servers)
{
    private const string Policy = "public, max-age=1, stale-while-revalidate=5, stale-if-error=86400";

    [Fact]
    public async Task Tag_is_strong_and_the_same_from_every_replica_and_from_wherever_the_answer_comes()
    {
        var catalog = await LongAsync();
        await using var first = Caching(catalog.ConnectionString, servers.Redis);
        await using var second = Caching(catalog.ConnectionString, servers.Redis);
        var client = await first.ReadyAsync();
        var fromDatabase = await client.GetAsync("/search");
        var fromMemory = await client.GetAsync("/search");
        var other = await second.ReadyAsync();
        var fromTheOther = await Eventually.BecomesAsync(() => other.GetAsync("/search"), answer => answer.IsCached());

        Assert.False(fromDatabase.IsCached());
        Assert.False(fromDatabase.Headers.ETag!.IsWeak);
        Assert.Equal(fromDatabase.Headers.ETag, fromMemory.Headers.ETag);
        Assert.Equal(fromDatabase.Headers.ETag, fromTheOther.Headers.ETag);
    }

    [Fact]
    public async Task Tag_differs_for_every_range_page_version_and_coding()
    {
        var catalog = await LongAsync();
        await using var replica = Caching(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        var queries = new[] { "", "?starts_at=2021-01-01", "?ends_at=2022-01-01", "?starts_at=2021-01-01&ends_at=2022-01-01", "?limit=10", "?limit=11" };
        var tags = new List<string>();

        for (var version = 0; version < 2; version++)
        {
            await replica.LearnsAsync(version);
            foreach (var coding in new[] { "identity", "gzip", "br" })
            {
                foreach (var query in queries)
                {
                    tags.Add((await client.AskAsync(query, ("Accept-Encoding", coding))).Headers.ETag!.Tag);
                }
            }

            await catalog.PublishAsync();
        }

        Assert.Equal(2 * 3 * queries.Length, tags.Distinct().Count());
    }

    [Fact]
    public async Task Who_has_any_answer_at_all_may_say_so()
    {
        var catalog = await LongAsync();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        var tag = (await client.AskAsync("")).Headers.ETag;

        using var unchanged = await client.AskAsync("", ("If-None-Match", "*"));

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(tag, unchanged.Headers.ETag);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/{0}")]
    [InlineData("\"other\", W/{0}, \"another\"")]
    [InlineData("\"other\",{0}")]
    public async Task Who_has_the_answer_is_told_so_with_nothing_but_the_headers(string condition)
    {
        var catalog = await LongAsync();
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        using var redis = TcpProxy.ToRedis(servers.Redis);
        using var gate = new QueryGate();
        await using var replica = new Replica(database.ConnectionString, redis.ConnectionString);
        var client = await replica.ReadyAsync();
        var answers = new[] { await client.AskAsync(""), await client.AskAsync("", ("Accept-Encoding", "gzip")), await client.AskAsync("", ("Accept-Encoding", "br")) };
        var before = gate.Queries;
        database.Cut();
        redis.Cut();

        foreach (var answer in answers)
        {
            var tag = answer.Headers.ETag!.Tag;
            using var unchanged = await client.AskAsync("", ("If-None-Match", string.Format(CultureInfo.InvariantCulture, condition, tag)));

            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
            Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());
            Assert.Equal(tag, unchanged.Headers.ETag?.Tag);
            Assert.Equal(Policy, unchanged.HeaderText("Cache-Control"));
            Assert.Equal("Accept-Encoding", unchanged.HeaderText("Vary"));
            Assert.Equal(0, unchanged.CatalogVersion());
        }

        Assert.Equal(before, gate.Queries);
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Who_has_another_answer_is_sent_this_one(string condition)
    {
        var catalog = await LongAsync();
        await using var replica = Caching(catalog.ConnectionString, servers.Redis);

        Assert.Equal(HttpStatusCode.OK, (await (await replica.ReadyAsync()).AskAsync("", ("If-None-Match", condition))).StatusCode);
    }

    [Fact]
    public async Task Who_has_the_answer_of_another_version_or_range_is_sent_this_one()
    {
        var catalog = await LongAsync();
        await using var replica = Caching(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        var tag = (await client.AskAsync("")).Headers.ETag!.Tag;

        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("?limit=1", ("If-None-Match", tag))).StatusCode);

        await catalog.PublishAsync();
        await replica.LearnsAsync(1);
        var renewed = await client.AskAsync("", ("If-None-Match", tag));

        Assert.Equal(HttpStatusCode.OK, renewed.StatusCode);
        Assert.Equal(1, renewed.CatalogVersion());
        Assert.NotEqual(tag, renewed.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task Answer_says_how_long_it_may_be_kept_and_what_it_depends_on()
    {
        var catalog = await LongAsync();
        await using var replica = Caching(catalog.ConnectionString, servers.Redis);

        var answer = await (await replica.ReadyAsync()).AskAsync("");

        Assert.Equal(Policy, answer.HeaderText("Cache-Control"));
        Assert.Equal("Accept-Encoding", answer.HeaderText("Vary"));
        Assert.Equal(0, answer.CatalogVersion());
    }

    [Fact]
    public async Task Only_the_date_of_a_settled_version_is_told_and_only_that_very_date_is_an_answer()
    {
        var catalog = await LongAsync();
        // A database whose clock is ahead is as new as one that has just changed.
        await catalog.ExecuteAsync("UPDATE catalog SET version = 1, changed_at = now() + interval '1 hour'");
        await using var replica = Caching(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        await replica.LearnsAsync(1);
        var fresh = await client.AskAsync("");
        await catalog.ExecuteAsync("UPDATE catalog SET version = 2, changed_at = '2021-06-30 21:00:05.7+00'");
        await replica.LearnsAsync(2);
        var settled = await client.AskAsync("");

        Assert.Null(fresh.Content.Headers.LastModified);
        Assert.Equal("Wed, 30 Jun 2021 21:00:05 GMT", settled.Content.Headers.LastModified?.ToString("R"));

        using var unchanged = await client.AskAsync("", ("If-Modified-Since", "Wed, 30 Jun 2021 21:00:05 GMT"));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(2, unchanged.CatalogVersion());
        foreach (var date in new[] { "Wed, 30 Jun 2021 21:00:04 GMT", "Wed, 30 Jun 2021 21:00:06 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "yesterday" })
        {
            Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("", ("If-Modified-Since", date))).StatusCode);
        }

        // The tag is the better condition, and the date does not count beside it (RFC 9110, 13.1.3).
        var both = await client.AskAsync("", ("If-None-Match", "\"other\""), ("If-Modified-Since", "Wed, 30 Jun 2021 21:00:05 GMT"));
        Assert.Equal(HttpStatusCode.OK, both.StatusCode);
    }

    private static Replica Caching(string postgres, string redis) => new Replica(postgres, redis).With("OutputCaching:MemorySize", "67108864");

    /// <summary>With events enough for a body that is worth compressing.</summary>
    private Task<TestCatalog> LongAsync() => TestCatalog.CreateAsync(servers, [.. Enumerable.Range(1, 12).Select(n => $"Concierto número {n}")]);
}
