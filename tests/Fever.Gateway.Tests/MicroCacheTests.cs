using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fever.Gateway.Tests;

public sealed class MicroCacheTests
{
    private readonly StoppedClock _clock = new();

    [Fact]
    public async Task A_hot_answer_is_given_again_with_the_same_bytes_and_headers()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        using var forwarded = await gateway.Client.GetAsync("/search?a=1");
        await gateway.Client.GetAsync("/search?a=1");

        using var hit = await gateway.Client.GetAsync("/search?a=1");

        Assert.Equal(2, upstream.Requests.Count);
        Assert.True(hit.IsHit());
        Assert.Equal(await forwarded.Content.ReadAsByteArrayAsync(), await hit.Content.ReadAsByteArrayAsync());
        Assert.Equal(Headers(forwarded), Headers(hit));
        Assert.Equal(["nosniff"], hit.Headers.GetValues("X-Content-Type-Options"));
        Assert.NotNull(hit.Headers.Date);

        static IEnumerable<string> Headers(HttpResponseMessage answer) => answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not "Date" && !header.Key.Equals("Cache-Status", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order();
    }

    [Fact]
    public async Task An_answer_asked_for_once_is_not_kept()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        await gateway.Client.GetAsync("/search");

        using var second = await gateway.Client.GetAsync("/search");

        Assert.False(second.IsHit());
    }

    [Fact]
    public async Task Nothing_is_kept_when_switched_off()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock).With("MicroCache:Duration", "00:00:00");
        await gateway.Client.WarmAsync("/search");

        using var third = await gateway.Client.GetAsync("/search");

        Assert.False(third.IsHit());
        Assert.Equal(["nosniff"], third.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task A_duration_that_breaks_the_promised_second_keeps_the_gateway_from_starting()
    {
        await using var gateway = GatewayHost.BeforeNobody().With("MicroCache:Duration", "00:00:00.401");

        var refusal = Assert.Throws<OptionsValidationException>(() => gateway.Client);

        Assert.Contains("Duration", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", "br")]
    [InlineData("gzip", "gzip, br")]
    [InlineData("gzip", null)]
    public async Task Answers_in_different_encodings_are_kept_apart(string hot, string? other)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        foreach (var encoding in (string?[])[hot, hot, other, other])
        {
            await AskAsync(encoding);
        }

        Assert.Equal($"/search 7 {hot}", await AskAsync(hot));
        Assert.Equal($"/search 7 {other}", await AskAsync(other));
        Assert.Equal(4, upstream.Requests.Count);

        async Task<string> AskAsync(string? encoding)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/search");
            if (encoding is not null)
            {
                request.Headers.Add("Accept-Encoding", encoding);
            }

            using var answer = await gateway.Client.SendAsync(request);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task A_head_request_is_forwarded_although_the_answer_to_a_get_is_kept()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");

        using var head = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/search"));

        Assert.False(head.IsHit());
        Assert.Contains("HEAD /search", upstream.Requests);
    }

    [Fact]
    public async Task What_is_found_is_counted_and_what_had_to_be_forwarded_again()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        var counts = new ConcurrentQueue<string>();
        var meters = gateway.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Fever.Gateway" && instrument.Meter.Scope == meters)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => counts.Enqueue(instrument.Name));
        listener.Start();
        await gateway.Client.WarmAsync("/search");

        await gateway.Client.GetAsync("/search");

        await Eventually.BecomesTrueAsync(() => counts.Count >= 2);
        Assert.Equal(["fever.gateway.cache.misses", "fever.gateway.cache.hits"], counts);
    }

    [Theory]
    [InlineData("Size", "1000")]
    [InlineData("MaxAnswerSize", "5")]
    public async Task What_does_not_fit_is_not_kept(string limit, string bytes)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock).With($"MicroCache:{limit}", bytes);
        await gateway.Client.WarmAsync("/search");

        using var third = await gateway.Client.GetAsync("/search");

        Assert.False(third.IsHit());
    }

    [Fact]
    public async Task A_full_cache_takes_new_answers_once_a_generation_has_passed()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock).With("MicroCache:Size", "2000");
        await gateway.Client.WarmAsync("/search?first");
        await gateway.Client.WarmAsync("/search?second");
        Assert.True(await IsHitAsync("/search?first"));
        Assert.False(await IsHitAsync("/search?second"));

        _clock.Pass(250);
        await gateway.Client.WarmAsync("/search?second");

        Assert.True(await IsHitAsync("/search?second"));

        async Task<bool> IsHitAsync(string target)
        {
            using var answer = await gateway.Client.GetAsync(target);
            return answer.IsHit();
        }
    }
}
