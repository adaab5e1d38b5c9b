using Fever.SearchApi.Responses;
using Microsoft.Net.Http.Headers;
using static Fever.SearchApi.Tests.SampleResponses;

namespace Fever.SearchApi.Tests;

/// <summary>Bodies, their codings and their tags.</summary>
public sealed class ResponseBodyTests
{
    [Theory]
    [InlineData("gzip", ContentCoding.Gzip)]
    [InlineData("GZip;q=0.5", ContentCoding.Gzip)]
    [InlineData("br", ContentCoding.Brotli)]
    [InlineData("gzip, deflate, br", ContentCoding.Gzip | ContentCoding.Brotli)]
    [InlineData("br;q=0, gzip", ContentCoding.Gzip)]
    [InlineData("gzip, gzip;q=0", ContentCoding.Identity)]
    [InlineData("gzip;q=0, br;Q=0.000", ContentCoding.Identity)]
    [InlineData("gzip;q=0.001, br ; q=1", ContentCoding.Gzip | ContentCoding.Brotli)]
    [InlineData("*", ContentCoding.Gzip | ContentCoding.Brotli)]
    [InlineData("*;q=0", ContentCoding.Identity)]
    [InlineData("gzip, *;q=0", ContentCoding.Gzip)]
    [InlineData("br;q=0, *", ContentCoding.Gzip)]
    [InlineData("identity;q=0, bro, gzipped, ;;;=, ,", ContentCoding.Identity)]
    [InlineData("gzip;quality=0", ContentCoding.Gzip)]
    [InlineData("gzip;v=0", ContentCoding.Gzip)]
    [InlineData("gzip;q=0, gzip;q=0, *", ContentCoding.Brotli)]
    [InlineData("", ContentCoding.Identity)]
    [InlineData(null, ContentCoding.Identity)]
    internal void Codings_are_those_that_the_header_allows(string? acceptEncoding, ContentCoding accepted) =>
        Assert.Equal(accepted, ContentCodingExtensions.ParseAccepted(acceptEncoding));

    [Fact]
    public async Task Plain_body_is_compressed_once_and_only_when_that_is_worth_it()
    {
        var small = new PlainBody(new byte[1023]);
        var body = new PlainBody(new byte[1024]);

        Assert.Equal(ContentCoding.Identity, small.Choose(ContentCoding.Gzip | ContentCoding.Brotli));
        Assert.Equal(ContentCoding.Brotli, body.Choose(ContentCoding.Gzip | ContentCoding.Brotli));
        Assert.Equal(ContentCoding.Gzip, body.Choose(ContentCoding.Gzip));
        Assert.Equal((1023, 1536), (small.Size, body.Size));
        foreach (var coding in new[] { ContentCoding.Gzip, ContentCoding.Brotli })
        {
            var compressed = await body.EncodeAsync(coding);
            Assert.Same(compressed, await body.EncodeAsync(coding));
            Assert.Equal(body.Bytes, Compression.Decompress(compressed, coding.Name()!));
        }

        Assert.Same(body.Bytes, await body.EncodeAsync(ContentCoding.Identity));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3_000_000)]
    public async Task Gzip_body_gives_all_readers_what_was_written_however_early_they_begin(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        var body = new GzipBody();
        using var writer = new GzipBodyWriter(body);
        var early = CopyAsync(body, ContentCoding.Identity);
        Assert.True(body.IsInUse);
        Assert.Null(body.Length);
        Assert.Null(body.PlainLength);
        for (var written = 0; written < length; written += 100_000)
        {
            writer.Write(bytes.AsSpan(written, Math.Min(100_000, length - written)));
            Assert.False(early.IsCompleted);
        }

        writer.Complete();

        Assert.Equal(bytes, await early);
        Assert.Equal(bytes, await CopyAsync(body, ContentCoding.Identity));
        var compressed = await CopyAsync(body, ContentCoding.Gzip);
        Assert.Equal(bytes, Compression.Decompress(compressed, "gzip"));
        Assert.Equal((compressed.Length, length, compressed.Length), (body.Length, body.PlainLength, body.Size));
        Assert.False(body.IsInUse);
        Assert.InRange(body.Segments.Count, 1 + length / 200_000, 1 + compressed.Length / 16384);
    }

    [Theory]
    [InlineData(ContentCoding.Gzip)]
    [InlineData(ContentCoding.Identity)]
    internal async Task Gzip_body_that_fails_fails_its_readers_and_is_in_use_no_longer(ContentCoding coding)
    {
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        var body = new GzipBody();
        using var writer = new GzipBodyWriter(body);
        writer.Write(bytes);
        var early = CopyAsync(body, coding);
        var failure = new InvalidOperationException();
        body.Fail(failure);

        Assert.Same(failure, (await Assert.ThrowsAsync<IOException>(() => early)).InnerException);
        await Assert.ThrowsAsync<IOException>(() => CopyAsync(body, coding));
        Assert.False(body.IsInUse);
        Assert.Null(body.Length);
    }

    [Fact]
    public async Task Gzip_body_is_in_use_while_somebody_copies_it()
    {
        var body = GzipBody.Completed([1, 2, 3], plainLength: 9);
        using var slow = new HeldStream();

        var copying = body.CopyToAsync(slow, ContentCoding.Gzip, CancellationToken.None);
        Assert.True(body.IsInUse);
        slow.Release.SetResult();
        await copying;

        Assert.False(body.IsInUse);
        Assert.Equal((3, 9), (body.Length, body.PlainLength));
    }

    [Theory]
    [InlineData(ContentCoding.Gzip)]
    [InlineData(ContentCoding.Identity)]
    internal async Task Reader_who_leaves_does_not_wait_for_the_rest(ContentCoding coding)
    {
        var body = new GzipBody();
        using var leaving = new CancellationTokenSource();
        var copying = body.CopyToAsync(Stream.Null, coding, leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copying);
    }

    [Fact]
    public void Tag_is_found_in_a_condition_in_any_coding()
    {
        var tag = new EntityTag(Query, CurrentVersion);

        foreach (var coding in new[] { ContentCoding.Identity, ContentCoding.Gzip, ContentCoding.Brotli })
        {
            Assert.Equal(tag.For(coding), tag.FindIn($"\"x\", W/{tag.For(coding)}"));
            Assert.True(tag.IsIn([new EntityTagHeaderValue("\"x\""), new EntityTagHeaderValue(tag.For(coding))]));
            Assert.False(tag.IsIn([new EntityTagHeaderValue(tag.For(coding), isWeak: true)]));
        }

        Assert.Null(tag.FindIn("\"x\""));
        Assert.True(tag.IsIn([EntityTagHeaderValue.Any]));
        Assert.False(tag.IsIn([]));
    }

    [Fact]
    public void Tag_differs_for_query_version_date_and_coding_and_is_the_same_in_every_process()
    {
        var tags = new[] { (Query, CurrentVersion), (Query with { Limit = 1 }, CurrentVersion), (Query, CurrentVersion with { Number = 27 }), (Query, CurrentVersion with { ChangedAt = CreatedAt }) }
            .SelectMany(named => new[] { ContentCoding.Identity, ContentCoding.Gzip, ContentCoding.Brotli }.Select(new EntityTag(named.Item1, named.Item2).For)).ToArray();

        Assert.Equal(12, tags.Distinct().Count());
        Assert.Equal(["\"1a-8d93b5a01078000-879f368297ccb5ce\"", "\"1a-8d93b5a01078000-879f368297ccb5ce-gzip\"", "\"1a-8d93b5a01078000-879f368297ccb5ce-br\""], tags[..3]);
    }

    [Fact]
    public void Response_makes_each_tag_once_and_counts_what_is_around_its_body()
    {
        var response = Response(new PlainBody(new byte[10]));

        Assert.Equal(new EntityTag(Query, CurrentVersion).For(ContentCoding.Gzip), response.TagFor(ContentCoding.Gzip));
        Assert.Same(response.TagFor(ContentCoding.Brotli), response.TagFor(ContentCoding.Brotli));
        Assert.Equal(522, response.Size);
        Assert.True(response.NeedsRedisWrite);
        Assert.False(Response(new ErrorBody(404, "")).NeedsRedisWrite);
    }

    /// <summary>Takes nothing until it is released.</summary>
    private sealed class HeldStream : MemoryStream
    {
        public TaskCompletionSource Release { get; } = new();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await Release.Task;
    }
}
