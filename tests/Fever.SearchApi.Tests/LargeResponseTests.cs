using System.Diagnostics;
using System.Net;
using System.Text;
using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>Answers of more than a thousand events, which are read into a file.</summary>
[Collection(nameof(Servers))]
public sealed class LargeResponseTests(Servers servers)
{
    private const string Prefix = """{"data":{"events":[""";
    private const string Suffix = """]},"error":null}""";

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(20000)]
    public async Task Large_answer_is_its_pages_together_and_tells_its_length(int events)
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, events);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();
        var first = await client.GetByteArrayAsync("/search");

        var second = await Eventually.BecomesAsync(() => client.GetAsync("/search"), answer => answer.IsCached());

        Assert.Equal(first.Length, second.Content.Headers.ContentLength);
        Assert.Equal(first, await second.Content.ReadAsByteArrayAsync());
        Assert.Equal(await PagesAsync(client), Encoding.UTF8.GetString(first));
        using var head = new HttpRequestMessage(HttpMethod.Head, "/search");
        Assert.Equal(first.Length, (await client.SendAsync(head)).Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Large_answer_is_not_sent_again_to_who_has_it()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        await using var other = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();
        var answer = await client.GetAsync("/search?starts_at=2021-01-01");
        var again = await (await other.ReadyAsync()).GetAsync("/search?starts_at=2021-01-01");
        Assert.Equal(answer.Headers.ETag, again.Headers.ETag);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/search?starts_at=2021-01-01");
        request.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br, gzip", "gzip")]
    [InlineData("br", "")]
    [InlineData("gzip;q=0, *", "")]
    public async Task Large_answer_is_compressed_for_who_takes_gzip(string accepted, string coding)
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();
        var plain = await client.AskAsync("");

        foreach (var query in new[] { "?", "?starts_at=2021-01-01" })
        {
            // The second is sent while it is read.
            var answer = await client.AskAsync(query, ("Accept-Encoding", accepted));

            Assert.Equal(coding, string.Join(',', answer.Content.Headers.ContentEncoding));
            Assert.Equal("Accept-Encoding", answer.HeaderText("Vary"));
            Assert.Equal(await plain.Content.ReadAsByteArrayAsync(), Compression.Decompress(await answer.Content.ReadAsByteArrayAsync(), coding));
            Assert.Equal(query == "?" && coding.Length == 0, plain.Headers.ETag!.Equals(answer.Headers.ETag));
        }
    }

    [Fact]
    public async Task Head_of_a_large_range_has_no_events_read_that_would_not_be_sent()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        using var gate = new QueryGate();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/search") { Headers = { { "traceparent", Sampled() } } };

        var head = await client.SendAsync(request);
        await Eventually.BecomesTrueAsync(() => replica.Spans.Mentioning("SELECT EXISTS").Length > 0);
        Assert.False(AreAllEventsRead());
        Assert.Equal(1, gate.Queries);
        var get = await client.AskAsync("", ("traceparent", Sampled()));

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Null(head.Content.Headers.ContentLength);
        Assert.Equal(1500, (await get.EventIdsAsync()).Length);
        await Eventually.BecomesTrueAsync(AreAllEventsRead);

        bool AreAllEventsRead() => replica.Spans.Mentioning("ORDER BY starts_at, id")
            .SelectMany(span => span.TagObjects).Any(tag => tag.Value is string text && text.EndsWith("ORDER BY starts_at, id", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Callers_at_once_and_later_cost_one_read()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        using var gate = new QueryGate();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();
        gate.Close();

        var callers = Enumerable.Range(0, 5).Select(_ => client.GetByteArrayAsync("/search")).ToArray();
        await Eventually.BecomesTrueAsync(() => replica.Pending.Count == callers.Length);
        gate.Open();

        var bodies = await Task.WhenAll(callers);
        var later = await client.GetByteArrayAsync("/search");
        Assert.All(bodies, body => Assert.Equal(later, body));
        Assert.Equal(1, gate.Queries);
    }

    [Fact]
    public async Task Moments_of_one_minute_share_a_large_answer()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        using var gate = new QueryGate();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();
        var first = await client.GetAsync("/search?starts_at=2021-01-01T08:00:10Z");
        var before = gate.Queries;

        var second = await client.GetAsync("/search?starts_at=2021-01-01T08:00:11Z");

        Assert.Equal(before, gate.Queries);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(), await second.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Moments_of_one_minute_have_large_answers_of_their_own_when_an_event_lies_between()
    {
        var catalog = await TestCatalog.OfMinutesAsync(servers, 1500);
        var between = await catalog.AddAsync("between", "2021-01-01 08:00:10.5");
        using var gate = new QueryGate();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis).Remembering();
        var client = await replica.ReadyAsync();

        var first = await client.GetAsync("/search?starts_at=2021-01-01T08:00:10Z");
        var second = await client.GetAsync("/search?starts_at=2021-01-01T08:00:11Z");

        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
        var later = await second.EventIdsAsync();
        Assert.Equal(1500, later.Length);
        Guid[] both = [between, .. later];
        Assert.Equal(both, await first.EventIdsAsync());

        var before = gate.Queries;
        Assert.Equal(both, await (await client.GetAsync("/search?starts_at=2021-01-01T08:00:10Z")).EventIdsAsync());
        Assert.Equal(before, gate.Queries);
    }

    private static string Sampled() => $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01";

    private static async Task<string> PagesAsync(HttpClient client)
    {
        var pieces = new List<string>();
        for (var next = "/search?limit=999"; next is not null;)
        {
            var page = await client.GetAsync(next);
            var body = await page.Content.ReadAsStringAsync();
            pieces.Add(body[Prefix.Length..^Suffix.Length]);
            next = page.NextPage();
        }

        return Prefix + string.Join(',', pieces) + Suffix;
    }
}
