using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fever.Bench.Search.Servers;

namespace Fever.Bench.Search.Cases;

/// <param name="Ids">Of its events, in order.</param>
/// <param name="Next">Where the answer goes on; null when it does not.</param>
/// <param name="Tag">Its ETag.</param>
/// <param name="IsCompressed">Whether it came as gzip.</param>
internal sealed record Answer(IReadOnlyList<Guid> Ids, Uri? Next, string? Tag, bool IsCompressed);

/// <summary>Compares what is answered with what PostgreSQL says.</summary>
internal sealed partial class Answers(EventDatabase database)
{
    /// <summary>Asks and reads the answer, which must be 200.</summary>
    public static async Task<Answer> GetAsync(Uri url, bool acceptsGzip, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(url, acceptsGzip ? ("Accept-Encoding", "gzip") : null, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new BenchException($"{url} was answered {(int)response.StatusCode}");
        }

        var isCompressed = response.Content.Headers.ContentEncoding.Contains("gzip");
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var text = isCompressed ? new GZipStream(body, CompressionMode.Decompress) : body;
        using var document = await JsonDocument.ParseAsync(text, cancellationToken: cancellationToken);
        var events = document.RootElement.GetProperty("data").GetProperty("events");
        return new([.. events.EnumerateArray().Select(each => each.GetProperty("id").GetGuid())], NextOf(response, url), response.Headers.ETag?.ToString(), isCompressed);
    }

    /// <summary>Whether a caller that has the answer is told so.</summary>
    public static async Task<bool> IsNotModifiedAsync(Uri url, string tag, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(url, ("If-None-Match", tag), cancellationToken);
        return response.StatusCode == HttpStatusCode.NotModified;
    }

    /// <exception cref="BenchException">An answer is wrong.</exception>
    public async Task CheckAsync(Uri server, IEnumerable<EventRange> ranges, bool acceptsGzip, CancellationToken cancellationToken)
    {
        foreach (var range in ranges)
        {
            var url = new Uri(server, range.Path);
            var answer = await GetAsync(url, acceptsGzip, cancellationToken);
            var right = await database.FindAsync(range, cancellationToken);
            Compare(url, answer.Next is null || answer.Ids.Count == 0 ? right : right.Take(answer.Ids.Count), answer.Ids);
        }
    }

    /// <exception cref="BenchException">They are not the same.</exception>
    public static void Compare(Uri url, IEnumerable<Guid> right, IReadOnlyList<Guid> found)
    {
        if (!right.SequenceEqual(found))
        {
            throw new BenchException($"{url} found {found.Count} events; PostgreSQL has {right.Count()}, or others, or in another order");
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(Uri url, (string Name, string Value)? header, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (header is { } one)
        {
            request.Headers.TryAddWithoutValidation(one.Name, one.Value);
        }

        using var client = Http.ClientOf(new Uri(url.GetLeftPart(UriPartial.Authority)));
        return await client.SendAsync(request, cancellationToken);
    }

    private static Uri? NextOf(HttpResponseMessage response, Uri url) =>
        response.Headers.TryGetValues("Link", out var links) && Next().Match(string.Join(',', links)) is { Success: true } match
            ? new Uri(url, match.Groups[1].Value)
            : null;

    [GeneratedRegex("<([^<>]*)>;\\s*rel=\"?next\"?")]
    private static partial Regex Next();
}
