using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

public sealed partial class DocsPageTests
{
    [Fact]
    public async Task The_docs_page_loads_only_assets_that_the_gateway_serves()
    {
        await using var upstream = await Upstream.StartAsync(_ => Task.CompletedTask);
        await using var gateway = GatewayHost.InFrontOf(upstream);

        var page = await gateway.Client.GetStringAsync("/");

        Assert.Contains("<title>Fever</title>", page, StringComparison.Ordinal);
        var assets = Asset().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(assets);
        foreach (var asset in assets)
        {
            using var response = await gateway.Client.GetAsync(new Uri(gateway.Client.BaseAddress!, asset));
            Assert.Equal(gateway.Client.BaseAddress!.Authority, response.RequestMessage!.RequestUri!.Authority);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task The_docs_show_the_replicas_document_ready_to_be_tried()
    {
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync("the document"));
        await using var gateway = GatewayHost.InFrontOf(upstream);

        var setup = await gateway.Client.GetStringAsync("/index.js");

        Assert.Contains("/openapi/v1.json", setup, StringComparison.Ordinal);
        Assert.Contains("\"tryItOutEnabled\":true", setup, StringComparison.Ordinal);
        Assert.Equal("the document", await gateway.Client.GetStringAsync("/openapi/v1.json"));
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Asset();
}
