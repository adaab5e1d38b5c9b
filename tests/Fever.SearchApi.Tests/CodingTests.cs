using Fever.Testing;

namespace Fever.SearchApi.Tests;

/// <summary>How bodies are compressed (RFC 9110, 12.5.3).</summary>
[Collection(nameof(Servers))]
public sealed class CodingTests(Servers servers)
{
    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("GZIP;q=0.5", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("gzip;q=0, br;q=0.000", "")]
    [InlineData("*", "br")]
    [InlineData("*;q=0", "")]
    [InlineData("gzip, *;q=0", "gzip")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity", "")]
    [InlineData(null, "")]
    [InlineData("nonsense, ;;;=, ,", "")]
    [InlineData("bro, gzipped", "")]
    public async Task Body_is_compressed_as_the_caller_allows(string? accepted, string coding)
    {
        var catalog = await LongAsync();
        await using var replica = Caching(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        var plain = await client.GetByteArrayAsync("/search");

        var answer = accepted is null ? await client.AskAsync("") : await client.AskAsync("", ("Accept-Encoding", accepted));

        Assert.Equal(coding, string.Join(',', answer.Content.Headers.ContentEncoding));
        var body = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(body.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(plain, Compression.Decompress(body, coding));
        using var head = new HttpRequestMessage(HttpMethod.Head, "/search");
        head.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        Assert.Equal(Headers(answer), Headers(await client.SendAsync(head)));
    }

    [Fact]
    public async Task Small_body_is_sent_as_it_is()
    {
        var catalog = await LongAsync();
        await using var replica = Caching(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();

        var small = await client.AskAsync("?limit=2", ("Accept-Encoding", "gzip, br"));

        Assert.InRange(small.Content.Headers.ContentLength!.Value, 1, 1023);
        Assert.Empty(small.Content.Headers.ContentEncoding);
        Assert.Equal("Accept-Encoding", small.HeaderText("Vary"));
    }

    private static Replica Caching(string postgres, string redis) => new Replica(postgres, redis).With("OutputCaching:MemorySize", "67108864");

    /// <summary>With events enough for a body that is worth compressing.</summary>
    private Task<TestCatalog> LongAsync() => TestCatalog.CreateAsync(servers, [.. Enumerable.Range(1, 12).Select(n => $"Concierto número {n}")]);

    /// <summary>All but those of the moment.</summary>
    private static string[] Headers(HttpResponseMessage answer) =>
    [
        .. answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => header.Key is not ("Cache-Status" or "Date"))
            .Select(header => $"{header.Key}: {header.Value}").Order(),
    ];
}
