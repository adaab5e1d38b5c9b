using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

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
    public async Task A_span_is_an_error_when_the_answer_is_broken_off()
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
    [InlineData("GET", "GET")]
    [InlineData("MADEUP", "HTTP")]
    public async Task A_span_takes_no_word_of_the_clients_into_its_name_when_no_route_matches(string method, string name)
    {
        await using var service = await TestService.StartAsync(_ => { });

        await service.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/nothing/here"));

        var span = await service.ServerSpanAsync("/nothing/here");
        Assert.Equal(name, span.DisplayName);
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
    public async Task A_call_that_nobody_asked_for_is_traced_on_neither_side()
    {
        await using var service = await TestService.StartAsync(app =>
        {
            app.MapGet("/probed", () => "probed");
            app.MapGet("/asked", () => "asked");
        });

        await service.TracedClient.GetStringAsync("/probed");
        await service.Client.GetStringAsync("/asked");

        await service.ServerSpanAsync("/asked");
        Assert.Single(service.Spans);
    }
}
