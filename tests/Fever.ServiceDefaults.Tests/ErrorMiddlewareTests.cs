using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fever.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Fever.ServiceDefaults.Tests;

public sealed class ErrorMiddlewareTests
{
    [Fact]
    public async Task An_exception_is_a_500_in_the_envelope_without_its_details()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapGet("/fail", IResult () => throw new InvalidOperationException("the password is swordfish")));

        using var response = await service.Client.GetAsync("/fail");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        await AssertEnvelopeAsync(response, "internal_error");
        Assert.DoesNotContain("swordfish", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task An_exception_is_logged_with_the_request_that_it_failed()
    {
        using var log = new LogRecorder();
        var failure = new InvalidOperationException();
        await using var service = await TestService.StartAsync(
            app => app.MapGet("/fail", IResult () => throw failure),
            builder => builder.Logging.AddProvider(log));

        await service.Client.GetAsync("/fail");

        Assert.Equal((LogLevel.Error, "GET /fail failed", failure), Assert.Single(log.Entries));
    }

    [Fact]
    public async Task A_response_does_not_name_the_server_software()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/things", () => "things"));

        using var response = await service.Client.GetAsync("/things");

        Assert.Empty(response.Headers.Server);
    }

    [Theory]
    [InlineData(404, "not_found")]
    [InlineData(405, "method_not_allowed")]
    [InlineData(414, "target_too_long")]
    [InlineData(418, "bad_request")]
    [InlineData(429, "too_many_requests")]
    [InlineData(431, "headers_too_large")]
    [InlineData(501, "internal_error")]
    [InlineData(502, "bad_gateway")]
    [InlineData(503, "unavailable")]
    [InlineData(504, "timeout")]
    public async Task A_status_without_a_body_gets_the_envelope_and_keeps_its_headers(int status, string code)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/bare", (HttpContext context) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "1";
        }));

        using var response = await service.Client.GetAsync("/bare");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("1", response.Headers.RetryAfter?.ToString());
        await AssertEnvelopeAsync(response, code);
    }

    [Fact]
    public async Task An_error_that_has_a_body_is_not_changed()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/own", () => Results.Text("my own words", statusCode: 400)));

        using var response = await service.Client.GetAsync("/own");

        Assert.Equal("my own words", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_head_request_gets_the_headers_of_the_error_and_no_body()
    {
        await using var service = await TestService.StartAsync(_ => { });

        using var response = await service.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/nothing"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Content.Headers.ContentLength > 0);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_request_the_server_cannot_accept_keeps_the_status_that_says_so()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/small", [RequestSizeLimit(10)] async (HttpContext context) => await new StreamReader(context.Request.Body).ReadToEndAsync()));

        using var response = await service.Client.PostAsync("/small", new StringContent(new string('x', 1000)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        await AssertEnvelopeAsync(response, "bad_request");
    }

    [Fact]
    public async Task An_error_quotes_no_more_than_100_characters_of_the_request()
    {
        await using var service = await TestService.StartAsync(_ => { });

        using var response = await service.Client.GetAsync($"/{new string('x', 10_000)}");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains($" /{new string('x', 99)}….", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_readable_as_it_stands()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/bad", () => new ErrorResult(400, "'é' & <b> + \"quoted\"")));

        var body = await service.Client.GetAsync("/bad");

        Assert.Equal("""{"error":{"code":"bad_request","message":"'é' & <b> + \"quoted\""},"data":null}""", await body.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_response_is_aborted_when_its_handler_fails_after_the_start()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/half", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half of ");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException();
        }));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => service.Client.GetStringAsync("/half"));
    }

    [Fact]
    public async Task A_request_whose_client_left_is_a_499_and_no_error()
    {
        var arrived = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(app => app.MapGet("/slow", async (CancellationToken aborted) =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, aborted);
        }));

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPEndPoint.Parse(new Uri(service.Address).Authority));
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /slow HTTP/1.1\r\nHost: fever\r\n\r\n"));
            await arrived.Task;
        }

        var span = await service.ServerSpanAsync("/slow");
        Assert.Equal(499, span.GetTagItem("http.response.status_code"));
        Assert.Null(span.GetTagItem("error.type"));
    }

    private static async Task AssertEnvelopeAsync(HttpResponseMessage response, string code)
    {
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["error", "data"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.Null, body.GetProperty("data").ValueKind);
        Assert.Equal(code, body.GetProperty("error").GetProperty("code").GetString());
        Assert.NotEmpty(body.GetProperty("error").GetProperty("message").GetString()!);
    }
}
