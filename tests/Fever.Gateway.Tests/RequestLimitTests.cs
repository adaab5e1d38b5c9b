namespace Fever.Gateway.Tests;

public sealed class RequestLimitTests
{
    [Theory]
    [InlineData(8 * 1024 + 1)]
    [InlineData(33_000)]
    [InlineData(1_000_000)]
    public async Task A_request_gets_414_in_the_envelope_when_its_target_is_longer_than_8_kilobytes(int length)
    {
        await using var upstream = await Upstream.StartAsync(_ => Task.CompletedTask);
        await using var gateway = GatewayHost.InFrontOf(upstream);

        var response = await gateway.GetRawResponseAsync("/search?starts_at=".PadRight(length, 'x'));

        Assert.StartsWith("HTTP/1.1 414 ", response, StringComparison.Ordinal);
        Assert.EndsWith($$$"""{"error":{"code":"target_too_long","message":"The request target has {{{length}}} characters; at most 8192 are accepted."},"data":null}""", response, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData(1, 16 * 1024)]
    [InlineData(20, 1_000)]
    [InlineData(1_000, 10)]
    [InlineData(1, 1_000_000)]
    public async Task A_request_gets_431_in_the_envelope_when_its_headers_are_longer_than_16_kilobytes(int count, int length)
    {
        await using var upstream = await Upstream.StartAsync(_ => Task.CompletedTask);
        await using var gateway = GatewayHost.InFrontOf(upstream);

        var response = await gateway.GetRawResponseAsync("/search", [.. Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('x', length)}")]);

        Assert.StartsWith("HTTP/1.1 431 ", response, StringComparison.Ordinal);
        Assert.Contains("{\"error\":{\"code\":\"headers_too_large\",", response, StringComparison.Ordinal);
        Assert.Contains("at most 16384 are accepted.", response, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData('x', 'x')]
    [InlineData('"', '€')] // Percent-encoded, and in UTF-8, each takes three bytes.
    public async Task A_request_is_forwarded_when_its_target_and_headers_are_as_long_as_allowed(char inTarget, char inHeader)
    {
        await using var upstream = await Upstream.StartAsync(_ => Task.CompletedTask);
        await using var gateway = GatewayHost.InFrontOf(upstream);

        Assert.Equal("HTTP/1.1 200 OK", await gateway.GetRawAsync("/search?".PadRight(8 * 1024, inTarget), $"If-None-Match: \"{new string(inHeader, 16_000)}\""));
        Assert.Single(upstream.Requests);
    }
}
