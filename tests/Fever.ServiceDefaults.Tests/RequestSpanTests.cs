using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.ServiceDefaults.Tests;

public sealed class RequestSpanTests
{
    [Fact]
    public async Task A_request_is_a_server_span_with_method_route_path_and_status()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/things/{id}", (string id) => id));

        await service.Client.GetStringAsync("/things/7?colour=red");

        var span = await service.ServerSpanAsync("/things/7");
        Assert.Equal("GET /things/{id}", span.DisplayName);
        Assert.Equal("GET", span.GetTagItem("http.request.method"));
        Assert.Equal("/things/{id}", span.GetTagItem("http.route"));
        Assert.Equal("colour=red", span.GetTagItem("url.query"));
        Assert.Equal("127.0.0.1", span.GetTagItem("server.address"));
        Assert.Equal("1.1", span.GetTagItem("network.protocol.version"));
        Assert.Equal(200, span.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task A_span_is_an_error_when_the_request_failed()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/fail", IResult () => throw new InvalidOperationException()));

        await service.Client.GetAsync("/fail");

        var span = await service.ServerSpanAsync("/fail");
        Assert.Equal(500, span.GetTagItem("http.response.status_code"));
        Assert.Equal("500", span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    [Fact]
    public async Task A_span_is_an_error_when_the_response_is_aborted()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/half", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half of ");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException();
        }));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => service.Client.GetStringAsync("/half"));

        var span = await service.ServerSpanAsync("/half");
        Assert.Equal("System.InvalidOperationException", span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    [Theory]
    [InlineData("GET", "GET", "GET", null)]
    [InlineData("MADEUP", "HTTP", "_OTHER", "MADEUP")]
    public async Task The_name_of_a_span_has_no_text_of_the_client_when_no_route_matches(string method, string name, string tag, string? original)
    {
        await using var service = await TestService.StartAsync(_ => { });

        await service.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/nothing/here"));

        var span = await service.ServerSpanAsync("/nothing/here");
        Assert.Equal(name, span.DisplayName);
        Assert.Equal(tag, span.GetTagItem("http.request.method"));
        Assert.Equal(original, span.GetTagItem("http.request.method_original"));
        Assert.Null(span.GetTagItem("http.route"));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_requests_are_not_traced(string path)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/things", () => "things"));

        await service.Client.GetStringAsync(path);
        await service.Client.GetStringAsync("/things");

        await service.ServerSpanAsync("/things");
        Assert.Single(service.Spans);
    }

    [Fact]
    public async Task A_call_made_for_a_request_is_part_of_its_trace()
    {
        await using var service = await TestService.StartAsync(app =>
        {
            app.MapGet("/inner", () => "inner");
            app.MapGet("/outer", (HttpContext context, IHttpClientFactory clients) =>
                clients.CreateClient().GetStringAsync(new Uri($"http://{context.Request.Host}/inner")));
        });

        await service.Client.GetStringAsync("/outer");

        var outer = await service.ServerSpanAsync("/outer");
        var inner = await service.ServerSpanAsync("/inner");
        var call = Assert.Single(service.Spans, span => span.Kind == ActivityKind.Client);
        Assert.Equal(outer.SpanId, call.ParentSpanId);
        Assert.Equal(call.SpanId, inner.ParentSpanId);
        Assert.Equal(outer.TraceId, inner.TraceId);
    }

    [Fact]
    public async Task A_call_without_a_parent_span_is_traced_on_neither_side()
    {
        await using var service = await TestService.StartAsync(app =>
        {
            app.MapGet("/probed", () => "probed");
            app.MapGet("/things", () => "things");
        });

        await service.TracedClient.GetStringAsync("/probed");
        await service.Client.GetStringAsync("/things");

        await service.ServerSpanAsync("/things");
        Assert.Single(service.Spans);
    }

    [Theory]
    [InlineData("01", 2)]
    [InlineData("00", 1)]
    public async Task A_caller_decides_whether_its_trace_goes_on_here(string flags, int spans)
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        await using var service = await TestService.StartAsync(app =>
        {
            app.MapGet("/called", () => "called");
            app.MapGet("/things", () => "things");
        });
        using var call = new HttpRequestMessage(HttpMethod.Get, "/called") { Headers = { { "traceparent", $"00-{Trace}-00f067aa0ba902b7-{flags}" } } };

        await service.Client.SendAsync(call);
        await service.Client.GetStringAsync("/things");

        await service.ServerSpanAsync("/things");
        Assert.Equal(spans, service.Spans.Count);
        Assert.All(service.Spans.SkipLast(1), span => Assert.Equal(Trace, span.TraceId.ToString()));
    }

    [Theory]
    [InlineData("01", null, 100)]
    [InlineData("00", null, 100)]
    [InlineData("00", "traceidratio", 102)]
    [InlineData("00", "parentbased_traceidratio", 102)]
    public async Task A_caller_does_not_decide_what_a_public_service_samples(string flags, string? sampler, int traces)
    {
        await using var service = await TestService.StartAsync(
            app => app.MapGet("/called", () => "called"),
            builder =>
            {
                builder.Configuration["OTEL_TRACES_SAMPLER"] = sampler;
                builder.Services.AddSingleton<TimeProvider>(new ManualTime());
            },
            isPublic: true);
        var callers = Enumerable.Range(0, 102).Select(_ => ActivityTraceId.CreateRandom()).ToList();

        foreach (var caller in callers)
        {
            using var call = new HttpRequestMessage(HttpMethod.Get, "/called") { Headers = { { "traceparent", $"00-{caller}-00f067aa0ba902b7-{flags}" } } };
            await service.Client.SendAsync(call);
        }

        await service.HasSpansAsync(traces);
        Assert.Equal(traces, service.Spans.Count);
        Assert.Equal(sampler is null, service.Spans.All(span => callers.Contains(span.TraceId)));
    }

    [Theory]
    [InlineData(null, 100)]
    [InlineData("always_on", 100)]
    [InlineData("traceidratio", 102)]
    public async Task A_flood_is_sampled_unless_a_sampler_that_chooses_is_named(string? sampler, int traces)
    {
        await using var service = await TestService.StartAsync(
            app =>
            {
                app.MapGet("/inner", () => "inner");
                app.MapGet("/outer", (HttpContext context, IHttpClientFactory clients) =>
                    clients.CreateClient().GetStringAsync(new Uri($"http://{context.Request.Host}/inner")));
            },
            builder =>
            {
                builder.Configuration["OTEL_TRACES_SAMPLER"] = sampler;
                builder.Services.AddSingleton<TimeProvider>(new ManualTime());
            });

        for (var request = 0; request < 102; request++)
        {
            await service.Client.GetStringAsync("/outer");
        }

        // Each trace is complete: the request, its call, and the request that the call made.
        await service.HasSpansAsync(3 * traces);
        Assert.Equal(traces, service.Spans.Select(span => span.TraceId).Distinct().Count());
    }
}
