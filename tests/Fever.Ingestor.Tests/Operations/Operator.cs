using System.Net;
using System.Text.Json;
using Fever.Ingestor.Tests.Harness;

namespace Fever.Ingestor.Tests.Operations;

/// <summary>An operator with curl.</summary>
internal sealed class Operator(IngestorApp ingestor) : IDisposable
{
    private readonly HttpClient _http = ingestor.CreateClient();

    /// <summary>The data of a success.</summary>
    public async Task<JsonElement> GetAsync(string address)
    {
        var (answer, body) = await AskAsync(HttpMethod.Get, address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(JsonValueKind.Null, body.GetProperty("error").ValueKind);
        return body.GetProperty("data");
    }

    public Task<(HttpResponseMessage Answer, JsonElement Body)> PostAsync(string address) => AskAsync(HttpMethod.Post, address);

    /// <summary>The message of a failure, which has this status and is in the envelope.</summary>
    public async Task<string> FailAsync(HttpMethod method, string address, HttpStatusCode status, string code)
    {
        var (answer, body) = await AskAsync(method, address);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(JsonValueKind.Null, body.GetProperty("data").ValueKind);
        Assert.Equal(code, body.GetProperty("error").GetProperty("code").GetString());
        var message = body.GetProperty("error").GetProperty("message").GetString()!;
        Assert.DoesNotContain("   at ", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 1, 400);
        return message;
    }

    /// <summary>The rows of every page of a list, each page found by the header of the one before.</summary>
    public async Task<List<JsonElement>> WalkAsync(string address, string list, Func<Task>? meanwhile = null)
    {
        var rows = new List<JsonElement>();
        for (var next = address; next is not null;)
        {
            var (answer, body) = await AskAsync(HttpMethod.Get, next);
            rows.AddRange(body.GetProperty("data").GetProperty(list).EnumerateArray());
            var cursor = body.GetProperty("data").GetProperty("next").GetString();
            next = answer.Headers.TryGetValues("Link", out var links) ? Target(links.Single()) : null;
            Assert.Equal(cursor is not null, next?.Contains($"cursor={cursor}", StringComparison.Ordinal) ?? false);
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
        }

        return rows;
    }

    public void Dispose() => _http.Dispose();

    public async Task<(HttpResponseMessage Answer, JsonElement Body)> AskAsync(HttpMethod method, string address)
    {
        using var request = new HttpRequestMessage(method, address);
        var answer = await _http.SendAsync(request);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        return (answer, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }

    private static string Target(string link)
    {
        Assert.EndsWith(">; rel=\"next\"", link, StringComparison.Ordinal);
        return link[1..link.IndexOf('>', StringComparison.Ordinal)];
    }
}
