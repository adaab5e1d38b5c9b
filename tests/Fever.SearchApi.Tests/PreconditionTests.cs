using System.Globalization;
using System.Net;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary><c>If-Match</c> (RFC 9110, 13.1.1) and <c>Age</c> (RFC 9111, 5.1).</summary>
[Collection(nameof(Servers))]
public sealed class PreconditionTests(Servers servers)
{
    [Theory]
    [InlineData("{0}", HttpStatusCode.OK)]
    [InlineData("{1}", HttpStatusCode.OK)]
    [InlineData("{2}", HttpStatusCode.OK)]
    [InlineData("\"other\", {0}", HttpStatusCode.OK)]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("W/{0}", HttpStatusCode.PreconditionFailed)]
    [InlineData("\"other\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("nonsense", HttpStatusCode.PreconditionFailed)]
    public async Task If_Match_is_fulfilled_by_the_present_tag_in_any_coding(string condition, HttpStatusCode expected)
    {
        var catalog = await TestCatalog.CreateAsync(servers, [.. Enumerable.Range(1, 12).Select(n => $"Concierto número {n}")]);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();
        var tags = new List<string>();
        foreach (var coding in new[] { "identity", "gzip", "br" })
        {
            tags.Add((await client.AskAsync("", ("Accept-Encoding", coding))).Headers.ETag!.Tag);
        }

        var ifMatch = string.Format(CultureInfo.InvariantCulture, condition, [.. tags]);
        var answer = await client.AskAsync("", ("If-Match", ifMatch));
        var uncached = await client.AskAsync("?limit=3", ("If-Match", ifMatch));
        // If-Match comes first (RFC 9110, 13.2.2).
        var both = await client.AskAsync("", ("If-Match", ifMatch), ("If-None-Match", tags[0]));

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(condition == "*" ? HttpStatusCode.OK : HttpStatusCode.PreconditionFailed, uncached.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? HttpStatusCode.NotModified : expected, both.StatusCode);
        if (expected == HttpStatusCode.PreconditionFailed)
        {
            Assert.Contains("If-Match", await answer.ErrorMessageAsync(), StringComparison.Ordinal);
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        }
    }

    [Fact]
    public async Task If_Match_with_the_tag_of_an_older_version_fails()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();
        var tag = (await client.AskAsync("")).Headers.ETag!.Tag;
        await catalog.PublishAsync();
        await replica.LearnsAsync(1);

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await client.AskAsync("", ("If-Match", tag))).StatusCode);
    }

    [Fact]
    public async Task Age_of_a_hit_counts_from_the_last_poll_and_that_of_a_stale_one_from_its_creation()
    {
        var catalog = await TestCatalog.CreateAsync(servers, "found");
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        var time = new ManualTime();
        await using var replica = new Replica(database.ConnectionString, servers.Redis).Remembering().With(time);
        var client = await replica.ReadyAsync();

        Assert.Null((await client.AskAsync("")).Headers.Age);
        Assert.Equal(TimeSpan.Zero, (await client.AskAsync("")).Headers.Age);

        time.Advance(TimeSpan.FromSeconds(30.5));
        await Eventually.BecomesTrueAsync(async () => (await client.AskAsync("")).Headers.Age == TimeSpan.Zero);
        database.Cut();
        time.Advance(TimeSpan.FromSeconds(29.5));

        Assert.Equal(TimeSpan.FromSeconds(29), (await client.AskAsync("")).Headers.Age);
        var stale = await client.AskAsync("", ("Catalog-Minimum-Version", "1"));
        Assert.Equal("SearchApi; hit; detail=last-known", stale.CacheStatus());
        Assert.Equal(TimeSpan.FromSeconds(60), stale.Headers.Age);
    }
}
