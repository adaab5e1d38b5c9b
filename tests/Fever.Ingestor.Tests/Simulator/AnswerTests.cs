using System.Net;
using System.Net.Http.Headers;
using Fever.Ingestor.Tests.Harness;

namespace Fever.Ingestor.Tests.Simulator;

/// <summary>Statuses and headers.</summary>
public sealed class AnswerTests : IDisposable
{
    private readonly SimulatorHost _simulator = new();

    [Theory]
    [InlineData("status=500", 500, null)]
    [InlineData("status=503&retry-after=120", 503, "120")]
    [InlineData("status=429&retry-after=Wed,%2030%20Jun%202021%2021:00:00%20GMT", 429, "Wed, 30 Jun 2021 21:00:00 GMT")]
    [InlineData("status=404&retry-after=soon", 404, "soon")]
    [InlineData("status=599", 599, null)]
    public async Task Refusal_has_its_status_and_a_page_for_people(string query, int status, string? retryAfter)
    {
        using var response = await _simulator.SendAsync(query);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(retryAfter, response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("<html>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_takes_no_turn()
    {
        using var refused = await _simulator.SendAsync("status=503");
        using var redirected = await _simulator.SendAsync("hops=1");

        Assert.Equal(await _simulator.TextAsync("answer=1"), await _simulator.TextAsync(""));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    public async Task Status_without_a_body_has_none(int status)
    {
        using var response = await _simulator.SendAsync($"status={status}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("type=text/html", "text/html")]
    [InlineData("type=", null)]
    [InlineData("type=application/xml;%20charset=utf-16", "application/xml; charset=utf-16")]
    [InlineData("declared=utf-16", "application/xml; charset=utf-16")]
    [InlineData("", "application/xml; charset=utf-8")]
    [InlineData("format=ndjson", "application/x-ndjson")]
    public async Task Content_type_is_what_was_asked_for(string query, string? type)
    {
        using var response = await _simulator.SendAsync($"plans=1&{query}");

        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("redirect=self", 302, "/feed?redirect=self")]
    [InlineData("redirect=self&status=308", 308, "/feed?redirect=self&status=308")]
    [InlineData("redirect=private", 302, "http://10.0.0.1/feed")]
    [InlineData("redirect=ftp://example.org/%3Fa%3Db", 302, "ftp://example.org/?a=b")]
    [InlineData("redirect=", 302, "")]
    public async Task Redirect_has_its_target(string query, int status, string location)
    {
        using var response = await _simulator.SendAsync(query);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(location, response.Headers.NonValidated["Location"].ToString());
    }

    [Theory]
    [InlineData("hops=3&plans=5", 3, HttpStatusCode.OK)]
    [InlineData("hops=0&plans=5", 0, HttpStatusCode.OK)]
    [InlineData("hops=2&redirect=private", 2, HttpStatusCode.Found)]
    public async Task Hops_lead_to_what_was_asked_for(string query, int hops, HttpStatusCode end)
    {
        for (var hop = 0; hop < hops; hop++)
        {
            using var response = await _simulator.SendAsync(query);
            Assert.Equal(HttpStatusCode.Found, response.StatusCode);
            query = response.Headers.Location!.OriginalString.Split('?')[1];
        }

        using var last = await _simulator.SendAsync(query);
        Assert.Equal(end, last.StatusCode);
        Assert.Equal(end == HttpStatusCode.OK ? await _simulator.TextAsync("plans=5") : "http://10.0.0.1/feed",
            last.Headers.Location?.OriginalString ?? await last.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("etag=on", "{0}", HttpStatusCode.NotModified)]
    [InlineData("etag=on", "\"other\", W/{0}", HttpStatusCode.NotModified)]
    [InlineData("etag=on", "*", HttpStatusCode.NotModified)]
    [InlineData("etag=on", "\"other\"", HttpStatusCode.OK)]
    [InlineData("etag=on&status=503", "{0}", HttpStatusCode.ServiceUnavailable)]
    [InlineData("etag=weak", "{0}", HttpStatusCode.NotModified)]
    [InlineData("etag=ignored", "{0}", HttpStatusCode.OK)]
    public async Task ETag_is_honoured_or_not(string query, string condition, HttpStatusCode status)
    {
        using var first = await _simulator.SendAsync($"plans=5&{query}");
        var tag = first.Headers.ETag!.ToString();

        using var second = await _simulator.SendAsync($"plans=5&{query}", default, ("If-None-Match", condition.Replace("{0}", tag, StringComparison.Ordinal)));

        Assert.Equal(status, second.StatusCode);
        Assert.Equal(tag, second.Headers.ETag!.ToString());
        Assert.Equal(query == "etag=weak", first.Headers.ETag.IsWeak);
        Assert.Equal(status == HttpStatusCode.NotModified, (await second.Content.ReadAsByteArrayAsync()).Length == 0);
    }

    [Fact]
    public async Task ETag_is_another_for_another_document()
    {
        var tags = new HashSet<EntityTagHeaderValue>();
        foreach (var query in (string[])["etag=on", "etag=on", "etag=on", "etag=on", "etag=on&plans=5", "etag=on&plans=5&changed=2", "etag=on&plans=5&format=ndjson"])
        {
            using var response = await _simulator.SendAsync(query);
            tags.Add(response.Headers.ETag!);
        }

        // The third and the fourth are the last sample answer both.
        Assert.Equal(6, tags.Count);
    }

    [Theory]
    [InlineData("Wed, 30 Jun 2021 21:00:00 GMT", null, HttpStatusCode.NotModified)]
    [InlineData("Thu, 01 Jul 2021 00:00:00 GMT", null, HttpStatusCode.NotModified)]
    [InlineData("Wed, 30 Jun 2021 20:59:59 GMT", null, HttpStatusCode.OK)]
    [InlineData("Wed, 30 Jun 2021 21:00:00 GMT", "\"other\"", HttpStatusCode.OK)]
    public async Task Last_Modified_is_honoured(string since, string? tag, HttpStatusCode status)
    {
        (string, string)[] headers = [("If-Modified-Since", since), .. tag is null ? [] : new[] { ("If-None-Match", tag) }];
        using var response = await _simulator.SendAsync("plans=1&modified=2021-06-30T21:00:00Z", default, headers);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(new DateTimeOffset(2021, 6, 30, 21, 0, 0, TimeSpan.Zero), response.Content.Headers.LastModified);
    }

    [Fact]
    public async Task Max_age_is_announced()
    {
        using var response = await _simulator.SendAsync("plans=1&max-age=60");

        Assert.Equal(TimeSpan.FromMinutes(1), response.Headers.CacheControl?.MaxAge);
    }

    public void Dispose() => _simulator.Dispose();
}
