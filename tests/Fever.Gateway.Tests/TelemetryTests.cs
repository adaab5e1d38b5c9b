using System.Collections.Concurrent;
using System.Diagnostics;
using Fever.Testing;

namespace Fever.Gateway.Tests;

public sealed class TelemetryTests
{
    private static readonly ActivityTraceId Trace = ActivityTraceId.CreateRandom();

    [Fact]
    public async Task A_search_is_one_trace_from_the_client_through_the_gateway_to_the_replica()
    {
        string? traceparent = null;
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = _ => true, ActivityStopped = spans.Enqueue };
        ActivitySource.AddActivityListener(listener);
        await using var upstream = await Upstream.StartAsync(context =>
        {
            traceparent = context.Request.Headers.TraceParent;
            return Task.CompletedTask;
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);

        await gateway.GetRawAsync("/search", $"traceparent: 00-{Trace}-00f067aa0ba902b7-01");

        await Eventually.BecomesTrueAsync(() => OfTheGateway().Length == 2);
        var server = Assert.Single(OfTheGateway(), span => span.Kind == ActivityKind.Server);
        var client = Assert.Single(OfTheGateway(), span => span.Kind == ActivityKind.Client);
        Assert.Equal("GET /search", server.DisplayName);
        Assert.Equal("/search", server.GetTagItem("http.route"));
        Assert.Equal(200, server.GetTagItem("http.response.status_code"));
        Assert.Equal(server.SpanId, client.ParentSpanId);
        Assert.Equal($"00-{Trace}-{client.SpanId}-01", traceparent);

        // The upstream of this test is a service of the same process, and so its span is here too.
        Activity[] OfTheGateway() => [.. spans.Where(span => span.TraceId == Trace && span.ParentSpanId != OfClient())];
        ActivitySpanId OfClient() => spans.FirstOrDefault(span => span.TraceId == Trace && span.Kind == ActivityKind.Client)?.SpanId ?? default;
    }

    [Fact]
    public async Task A_hit_is_one_span_with_the_name_of_its_route()
    {
        var trace = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = _ => true, ActivityStopped = spans.Enqueue };
        ActivitySource.AddActivityListener(listener);
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(new StoppedClock());
        await gateway.Client.WarmAsync("/search");

        await gateway.GetRawAsync("/search", $"traceparent: 00-{trace}-00f067aa0ba902b7-01");

        await Eventually.BecomesTrueAsync(() => spans.Any(span => span.TraceId == trace));
        var server = Assert.Single(spans, span => span.TraceId == trace);
        Assert.Equal("GET /search", server.DisplayName);
        Assert.Equal("/search", server.GetTagItem("http.route"));
        Assert.Equal(200, server.GetTagItem("http.response.status_code"));
    }

    [Fact]
    public async Task Health_probes_are_not_traced()
    {
        var probes = new ConcurrentQueue<string>();
        await using var upstream = await Upstream.StartAsync(_ => Task.CompletedTask, onProbe: request => probes.Enqueue(request.Headers.TraceParent.ToString()));
        await using var gateway = GatewayHost.InFrontOf(upstream);
        await gateway.Client.GetAsync("/search");

        await Eventually.BecomesTrueAsync(() => probes.Count >= 2);

        Assert.DoesNotContain(probes, traceparent => traceparent.EndsWith("-01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_retry_is_counted_by_its_cause()
    {
        await using var gateway = GatewayHost.WithoutReplicas();
        var retries = new ConcurrentQueue<object?>();
        using var listener = gateway.ListenTo("fever.gateway.retries", (_, tags) => retries.Enqueue(tags[0].Value));

        await gateway.Client.GetAsync("/search");

        Assert.Equal(["Request"], retries);
    }
}
