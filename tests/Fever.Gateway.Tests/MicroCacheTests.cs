using System.Collections.Concurrent;
using Fever.Testing;
using Microsoft.Extensions.Options;

namespace Fever.Gateway.Tests;

public sealed class MicroCacheTests
{
    private readonly StoppedClock _clock = new();

    [Fact]
    public async Task A_hit_has_the_same_bytes_and_headers_as_the_forwarded_response()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        using var forwarded = await gateway.Client.GetAsync("/search?a=1");
        await gateway.Client.GetAsync("/search?a=1");

        using var hit = await gateway.Client.GetAsync("/search?a=1");

        Assert.Equal(2, upstream.Requests.Count);
        Assert.True(hit.IsHit());
        Assert.Equal(await forwarded.Content.ReadAsByteArrayAsync(), await hit.Content.ReadAsByteArrayAsync());
        Assert.Equal(Headers(forwarded), Headers(hit));
        Assert.Equal(["nosniff"], hit.Headers.GetValues("X-Content-Type-Options"));
        Assert.NotNull(hit.Headers.Date);

        static IEnumerable<string> Headers(HttpResponseMessage response) => response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Age") && !header.Key.Equals("Cache-Status", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order();
    }

    [Fact]
    public async Task A_response_requested_once_is_not_stored()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        await gateway.Client.GetAsync("/search");

        using var second = await gateway.Client.GetAsync("/search");

        Assert.False(second.IsHit());
    }

    [Fact]
    public async Task Nothing_is_stored_when_the_cache_is_switched_off()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock).With("MicroCache:Duration", "00:00:00");
        await gateway.Client.WarmAsync("/search");

        using var third = await gateway.Client.GetAsync("/search");

        Assert.False(third.IsHit());
        Assert.Equal(["nosniff"], third.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task The_gateway_does_not_start_with_a_duration_over_400_milliseconds()
    {
        await using var gateway = GatewayHost.WithoutReplicas().With("MicroCache:Duration", "00:00:00.401");

        var refusal = Assert.Throws<OptionsValidationException>(() => gateway.Client);

        Assert.Contains("Duration", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", "br")]
    [InlineData("gzip", "gzip, br")]
    [InlineData("gzip", null)]
    public async Task Responses_to_different_accepted_encodings_are_stored_separately(string hot, string? other)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        foreach (var encoding in (string?[])[hot, hot, other, other])
        {
            await SendAsync(encoding);
        }

        Assert.Equal($"/search 7 {hot}", await SendAsync(hot));
        Assert.Equal($"/search 7 {other}", await SendAsync(other));
        Assert.Equal(4, upstream.Requests.Count);

        async Task<string> SendAsync(string? encoding)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/search");
            if (encoding is not null)
            {
                request.Headers.Add("Accept-Encoding", encoding);
            }

            using var response = await gateway.Client.SendAsync(request);
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task A_head_request_is_forwarded_when_the_response_to_a_get_is_stored()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");

        using var head = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/search"));

        Assert.False(head.IsHit());
        Assert.Contains("HEAD /search", upstream.Requests);
    }

    [Fact]
    public async Task Hits_and_repeated_misses_are_counted()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        var counts = new ConcurrentQueue<string>();
        using var listener = gateway.ListenTo("fever.gateway.", (instrument, _) => counts.Enqueue(instrument.Name));
        await gateway.Client.WarmAsync("/search");

        await gateway.Client.GetAsync("/search");

        await Eventually.BecomesTrueAsync(() => counts.Count >= 2);
        Assert.Equal(["fever.gateway.cache.misses", "fever.gateway.cache.hits"], counts);
    }

    [Theory]
    [InlineData("Size", "1000")]
    [InlineData("MaxResponseSize", "5")]
    public async Task A_response_that_does_not_fit_is_not_stored(string limit, string bytes)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock).With($"MicroCache:{limit}", bytes);
        await gateway.Client.WarmAsync("/search");

        using var third = await gateway.Client.GetAsync("/search");

        Assert.False(third.IsHit());
    }

    [Fact]
    public async Task A_full_cache_stores_new_responses_after_one_generation()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock).With("MicroCache:Size", "2000");
        await gateway.Client.WarmAsync("/search?first");
        await gateway.Client.WarmAsync("/search?second");
        Assert.True(await IsHitAsync("/search?first"));
        Assert.False(await IsHitAsync("/search?second"));

        _clock.Pass(250);
        await gateway.Client.WarmAsync("/search?second");

        Assert.True(await IsHitAsync("/search?second"));

        async Task<bool> IsHitAsync(string target)
        {
            using var response = await gateway.Client.GetAsync(target);
            return response.IsHit();
        }
    }
}
