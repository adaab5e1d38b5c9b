using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

public sealed class RoutingTests
{
    [Fact]
    public async Task Requests_are_spread_over_all_replicas()
    {
        await using var one = await Upstream.StartAsync(context => context.Response.WriteAsync("one"));
        await using var two = await Upstream.StartAsync(context => context.Response.WriteAsync("two"));
        await using var gateway = GatewayHost.InFrontOf(one, two);

        for (var i = 0; i < 100; i++)
        {
            await gateway.Client.GetStringAsync("/search");
        }

        Assert.Equal(100, one.Requests.Count + two.Requests.Count);
        Assert.InRange(one.Requests.Count, 20, 80);
    }

    [Theory]
    [InlineData("/search?starts_at=2021-02-01T00:00:00+02:00")]
    [InlineData("/search?starts_at=2021-02-01T00:00:00%2B02:00")]
    [InlineData("/search?starts_at=2021-02-01T00:00:00%2b02%3a00")]
    [InlineData("/search?ends_at=&ends_at=%20&b&%C3%A9=%FF%00&x==&&")]
    [InlineData("/search?")]
    [InlineData("/search")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/events/5c6d1f5e-2f0a-5c5b-9d1a-0a7b8c9d0e1f")]
    [InlineData("/events/%C3%A9?x=%FF")]
    public async Task A_path_and_query_reach_the_replica_as_the_client_wrote_them(string target)
    {
        await using var upstream = await Upstream.StartAsync(_ => Task.CompletedTask);
        await using var gateway = GatewayHost.InFrontOf(upstream);

        Assert.Equal("HTTP/1.1 200 OK", await gateway.GetRawAsync(target));
        Assert.Equal([$"GET {target}"], upstream.Requests);
    }

    [Fact]
    public async Task A_response_with_any_status_is_forwarded_unchanged()
    {
        var body = """{"error":{"code":"bad_request","message":"starts_at: “yesterday” …"},"data":null}"""u8.ToArray();
        await using var upstream = await Upstream.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.Headers.ETag = "\"abc\"";
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);

        using var response = await gateway.Client.GetAsync("/search?starts_at=yesterday");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("\"abc\"", response.Headers.ETag?.Tag);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_head_request_is_forwarded_as_one()
    {
        await using var upstream = await Upstream.StartAsync(context =>
        {
            context.Response.ContentLength = 42;
            return Task.CompletedTask;
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);

        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/search"));

        Assert.Equal(42, response.Content.Headers.ContentLength);
        Assert.Equal(["HEAD /search"], upstream.Requests);
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "not_found")]
    [InlineData("GET", "/search/more", 404, "not_found")]
    [InlineData("GET", "/openapi/v2.json", 404, "not_found")]
    [InlineData("GET", "/events", 404, "not_found")]
    [InlineData("GET", "/events/1/more", 404, "not_found")]
    [InlineData("POST", "/events/1", 405, "method_not_allowed")]
    [InlineData("GET", "/providers", 404, "not_found")]
    [InlineData("POST", "/providers/simulator/sync", 404, "not_found")]
    [InlineData("GET", "/syncs", 404, "not_found")]
    [InlineData("GET", "/rejects", 404, "not_found")]
    [InlineData("POST", "/search", 405, "method_not_allowed")]
    [InlineData("DELETE", "/openapi/v1.json", 405, "method_not_allowed")]
    public async Task A_request_that_matches_no_route_gets_the_error_envelope(string method, string path, int status, string code)
    {
        await using var upstream = await Upstream.StartAsync(_ => Task.CompletedTask);
        await using var gateway = GatewayHost.InFrontOf(upstream);

        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(status, (int)response.StatusCode);
        await response.AssertEnvelopeAsync(code);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_request_is_forwarded_with_those_headers_only_that_a_response_depends_on()
    {
        var names = new ConcurrentQueue<string>();
        await using var upstream = await Upstream.StartAsync(context =>
        {
            foreach (var (name, value) in context.Request.Headers)
            {
                names.Enqueue($"{name}: {value}");
            }

            return Task.CompletedTask;
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);

        await gateway.GetRawAsync("/search", "Accept-Encoding: gzip", "If-None-Match: \"a\"", "If-None-Match: \"b\"", "If-Match: \"c\"",
            "If-Modified-Since: Fri, 20 Nov 2026 12:00:00 GMT", "Cookie: who=me", "User-Agent: browser", "X-Forwarded-For: 6.6.6.6", "baggage: a=b");

        Assert.Equal(
            ["Accept-Encoding: gzip", "Host: searchapi", "If-Match: \"c\"", "If-Modified-Since: Fri, 20 Nov 2026 12:00:00 GMT", "If-None-Match: \"a\", \"b\""],
            names.Where(name => !name.StartsWith(':') && !name.StartsWith("traceparent", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [InlineData("/search")]
    [InlineData("/nowhere")]
    [InlineData("/index.html")]
    public async Task Every_response_forbids_browsers_to_guess_its_content_type(string path)
    {
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var gateway = GatewayHost.InFrontOf(upstream);

        using var response = await gateway.Client.GetAsync(path);

        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
    }
}
