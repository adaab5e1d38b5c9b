using System.Net;

namespace Fever.Gateway.Tests;

public sealed class ConditionalHitTests
{
    [Theory]
    [InlineData("\"7\"")]
    [InlineData("W/\"7\"")]
    [InlineData("*")]
    [InlineData("\"6\", \"7\"")]
    [InlineData("\"a,b\",W/\"7\" , \"8\"")]
    [InlineData(" \t\"7\"\t")]
    public async Task A_client_that_has_the_answer_is_told_so(string condition)
    {
        using var answer = await AskAsync(condition);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.True(answer.IsHit());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("\"7\"", answer.Headers.ETag?.Tag);
        Assert.Equal("public, max-age=1", answer.Headers.CacheControl?.ToString());
        Assert.Equal(["Accept-Encoding"], answer.Headers.Vary);
        Assert.Equal(7, Replica.VersionOf(answer));
        Assert.Equal(["</openapi/v1.json>; rel=\"service-desc\""], answer.Headers.GetValues("Link"));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.NotNull(answer.Content.Headers.LastModified);
        Assert.Null(answer.Content.Headers.ContentType);
    }

    [Theory]
    [InlineData("\"6\"")]
    [InlineData("\"77\"")]
    [InlineData("\"6\", \"8\"")]
    [InlineData("7")]
    [InlineData("\"7")]
    [InlineData("W/\"6\"")]
    [InlineData("\"*\"")]
    [InlineData("\"6\", 7, \"7\"")]
    [InlineData("\"")]
    [InlineData(",")]
    public async Task A_client_that_has_another_answer_gets_this_one(string condition)
    {
        using var answer = await AskAsync(condition);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.IsHit());
        Assert.Equal("/search 7 ", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("304 Not Modified", "\"6\"", "\"7\"")]
    [InlineData("200 OK", "\"6\"", "\"8\"")]
    [InlineData("200 OK", "w/\"7\"")]
    public async Task A_condition_may_be_in_several_lines_and_is_read_as_it_was_written(string status, params string[] lines)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(new StoppedClock());
        await gateway.Client.WarmAsync("/search");

        Assert.Equal($"HTTP/1.1 {status}", await gateway.GetRawAsync("/search", [.. lines.Select(line => $"If-None-Match: {line}")]));
    }

    private static async Task<HttpResponseMessage> AskAsync(string condition)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(new StoppedClock());
        await gateway.Client.WarmAsync("/search");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/search");
        request.Headers.TryAddWithoutValidation("If-None-Match", condition);
        return await gateway.Client.SendAsync(request);
    }
}
