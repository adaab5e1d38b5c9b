using System.Net;

namespace Fever.Gateway.Tests;

public sealed class ConditionalHitTests
{
    [Theory]
    [InlineData("\"7\"")]
    [InlineData("W/\"7\"")]
    [InlineData("*")]
    public async Task A_hit_is_a_304_when_the_condition_lists_its_entity_tag(string condition)
    {
        using var response = await SendAsync(condition);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.True(response.IsHit());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("\"7\"", response.Headers.ETag?.Tag);
        Assert.Equal("public, max-age=1", response.Headers.CacheControl?.ToString());
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
        Assert.Equal(7, Replica.VersionOf(response));
        Assert.Equal(["</openapi/v1.json>; rel=\"service-desc\""], response.Headers.GetValues("Link"));
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.NotNull(response.Content.Headers.LastModified);
        Assert.Null(response.Content.Headers.ContentType);
    }

    [Theory]
    [InlineData("\"6\"")]
    [InlineData("W/\"6\"")]
    public async Task A_hit_is_a_200_when_the_condition_does_not_list_its_entity_tag(string condition)
    {
        using var response = await SendAsync(condition);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.IsHit());
        Assert.Equal("/search 7 ", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("304 Not Modified", "\"6\"", "\"7\"")]
    [InlineData("200 OK", "\"6\"", "\"8\"")]
    [InlineData("200 OK", "w/\"7\"")]
    public async Task A_condition_may_span_several_lines_and_is_case_sensitive(string status, params string[] lines)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(new StoppedClock());
        await gateway.Client.WarmAsync("/search");

        Assert.Equal($"HTTP/1.1 {status}", await gateway.GetRawAsync("/search", [.. lines.Select(line => $"If-None-Match: {line}")]));
    }

    private static async Task<HttpResponseMessage> SendAsync(string condition)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(new StoppedClock());
        await gateway.Client.WarmAsync("/search");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/search");
        request.Headers.TryAddWithoutValidation("If-None-Match", condition);
        return await gateway.Client.SendAsync(request);
    }
}
