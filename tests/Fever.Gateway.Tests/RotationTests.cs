using System.Net;
using System.Net.Sockets;
using Fever.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Fever.Gateway.Tests;

public sealed class RotationTests
{
    [Fact]
    public async Task A_replica_that_failed_gets_no_requests_until_the_reactivation_period_is_over()
    {
        await using var good = await Upstream.StartAsync(context => context.Response.WriteAsync("response"));
        await using var bad = await Upstream.StartAsync(Upstream.AbortAsync);
        await using var gateway = GatewayHost.InFrontOf(good, bad).With("ReverseProxy:Clusters:searchapi:HealthCheck:Passive:ReactivationPeriod", "01:00:00");

        await Eventually.BecomesTrueAsync(async () =>
        {
            await gateway.Client.GetStringAsync("/search");
            return StateOf(gateway, bad).Health.Passive == DestinationHealth.Unhealthy && Available(gateway).Count == 1;
        });
        var before = bad.Requests.Count;
        for (var i = 0; i < 50; i++)
        {
            await gateway.Client.GetStringAsync("/search");
        }

        Assert.Equal(before, bad.Requests.Count);
    }

    [Fact]
    public async Task A_replica_that_fails_its_probes_gets_no_requests()
    {
        await using var good = await Upstream.StartAsync(context => context.Response.WriteAsync("good"));
        await using var sick = await Upstream.StartAsync(context => context.Response.WriteAsync("sick"));
        sick.Healthy = false;
        await using var gateway = GatewayHost.InFrontOf(good, sick);
        await gateway.Client.GetStringAsync("/search");
        await Eventually.BecomesTrueAsync(() => Available(gateway).Count == 1);

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("good", await gateway.Client.GetStringAsync("/search"));
        }
    }

    [Fact]
    public async Task A_replica_gets_requests_when_all_replicas_fail_their_probes()
    {
        await using var sick = await Upstream.StartAsync(context => context.Response.WriteAsync("sick"));
        sick.Healthy = false;
        await using var gateway = GatewayHost.InFrontOf(sick);
        await gateway.Client.GetStringAsync("/search");
        await Eventually.BecomesTrueAsync(() => StateOf(gateway, sick).Health.Active == DestinationHealth.Unhealthy);

        Assert.Equal("sick", await gateway.Client.GetStringAsync("/search"));
    }

    [Fact]
    public async Task A_request_is_retried_on_an_unhealthy_replica_when_the_healthy_ones_fail()
    {
        await using var sick = await Upstream.StartAsync(context => context.Response.WriteAsync("sick"));
        sick.Healthy = false;
        await using var victim = await Upstream.StartAsync(context => context.Response.WriteAsync("response"));
        await using var gateway = GatewayHost.InFrontOf(sick, victim);
        await gateway.Client.GetStringAsync("/search");
        await Eventually.BecomesTrueAsync(() => StateOf(gateway, sick).Health.Active == DestinationHealth.Unhealthy);

        await victim.KillAsync();

        Assert.Equal("sick", await gateway.Client.GetStringAsync("/search"));
    }

    [Fact]
    public async Task A_replica_stays_in_rotation_and_others_keep_their_responses_when_one_client_causes_long_response_headers()
    {
        var rest = new TaskCompletionSource();
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            if (context.Request.QueryString.Value == "?long")
            {
                context.Response.Headers.Link = new string('x', 100_000);
                return;
            }

            context.Response.ContentLength = 9;
            await context.Response.WriteAsync("first ");
            await rest.Task;
            await context.Response.WriteAsync("end");
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);
        using var download = await gateway.Client.GetAsync("/search?download", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("HTTP/1.1 200 OK", await gateway.GetRawAsync("/search?long"));
        rest.SetResult();

        Assert.Equal("first end", await download.Content.ReadAsStringAsync());
        Assert.NotEqual(DestinationHealth.Unhealthy, StateOf(gateway, upstream).Health.Passive);
    }

    [Fact]
    public async Task A_replica_stays_in_rotation_when_a_client_sends_a_header_that_is_not_ascii()
    {
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync(context.Request.Headers.IfNoneMatch.ToString()));
        await using var gateway = GatewayHost.InFrontOf(upstream);

        var response = await gateway.GetRawResponseAsync("/search", "If-None-Match: \"é\"");

        Assert.Contains("\"é\"", response, StringComparison.Ordinal);
        Assert.NotEqual(DestinationHealth.Unhealthy, StateOf(gateway, upstream).Health.Passive);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replica_stays_in_rotation_when_a_client_leaves(bool hasStarted)
    {
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            if (hasStarted)
            {
                await context.Response.WriteAsync("first");
                await context.Response.Body.FlushAsync();
            }

            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);
        var completed = 0;
        using var listener = gateway.ListenTo("http.server.request.duration", (_, _) => Interlocked.Increment(ref completed));

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, gateway.Client.BaseAddress!.Port);
            await client.GetStream().WriteAsync("GET /search HTTP/1.1\r\nHost: fever\r\n\r\n"u8.ToArray());
            await Eventually.BecomesTrueAsync(() => upstream.Requests.Count == 1);
            if (hasStarted)
            {
                await client.GetStream().ReadExactlyAsync(new byte[1]);
            }
        }

        await Eventually.BecomesTrueAsync(() => Volatile.Read(ref completed) == 1);
        Assert.NotEqual(DestinationHealth.Unhealthy, StateOf(gateway, upstream).Health.Passive);
        Assert.Single(upstream.Requests);
    }

    private static IReadOnlyList<DestinationState> Available(GatewayHost gateway) => Cluster(gateway).DestinationsState.AvailableDestinations;

    private static DestinationState StateOf(GatewayHost gateway, Upstream upstream) =>
        Cluster(gateway).Destinations.Values.Single(destination => destination.Model.Config.Address.StartsWith(upstream.Address, StringComparison.Ordinal));

    private static ClusterState Cluster(GatewayHost gateway) =>
        gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster("searchapi", out var cluster) ? cluster : throw new InvalidOperationException();
}
