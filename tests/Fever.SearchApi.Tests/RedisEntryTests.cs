using System.Globalization;
using Fever.SearchApi.OutputCaching;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using static Fever.SearchApi.Tests.SampleResponses;

namespace Fever.SearchApi.Tests;

/// <summary>What Redis holds of a response.</summary>
public sealed class RedisEntryTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("0001-01-01")]
    [InlineData("2021-02-03T04:05:06.789123")]
    public void Response_reads_back_from_Redis(string? nextStartsAt)
    {
        PageCursor? next = nextStartsAt is null ? null
            : new PageCursor(DateTime.SpecifyKind(DateTime.Parse(nextStartsAt, CultureInfo.InvariantCulture), DateTimeKind.Utc), Guid.AllBitsSet);

        var copy = RedisEntry.Deserialize(Query, RedisEntry.Serialize(Response(new PlainBody([1, 2, 3]), next), maxSize: 1000))!;

        Assert.Equal((Query, CurrentVersion, next, CreatedAt, false), (copy.Query, copy.Version, copy.Next, copy.CreatedAt, copy.NeedsRedisWrite));
        Assert.Equal(DateTimeKind.Utc, copy.CreatedAt.Kind);
        Assert.Equal([1, 2, 3], Assert.IsType<PlainBody>(copy.Body).Bytes);
    }

    [Fact]
    public async Task Large_response_reads_back_from_Redis()
    {
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        var body = new GzipBody();
        using var writer = new GzipBodyWriter(body);
        writer.Write(bytes.AsSpan(0, 50_000));
        writer.Write(bytes.AsSpan(50_000));
        writer.Complete();

        var copy = Assert.IsType<GzipBody>(RedisEntry.Deserialize(Query, RedisEntry.Serialize(Response(body), maxSize: 200_000))!.Body);

        Assert.Equal(bytes.Length, copy.PlainLength);
        Assert.Equal(bytes, await CopyAsync(copy, ContentCoding.Identity));
        Assert.Null(RedisEntry.Serialize(Response(body), maxSize: 90_000));
    }

    [Fact]
    public void Redis_holds_neither_what_is_too_long_nor_errors_nor_what_is_not_complete()
    {
        var entry = RedisEntry.Serialize(Response(new PlainBody(new byte[50])), maxSize: 1000)!;

        Assert.NotNull(RedisEntry.Serialize(Response(new PlainBody(new byte[50])), entry.Length));
        Assert.Null(RedisEntry.Serialize(Response(new PlainBody(new byte[50])), entry.Length - 1));
        Assert.Null(RedisEntry.Serialize(Response(new ErrorBody(404, "")), maxSize: 1000));
        Assert.Null(RedisEntry.Serialize(Response(new GzipBody()), maxSize: 1000));
        Assert.Null(RedisEntry.Deserialize(Query, entry.AsSpan(0, entry.Length - 51)));
        Assert.NotNull(RedisEntry.Deserialize(Query, entry.AsSpan(0, entry.Length - 50)));
    }
}
