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
        await using var good = await Upstream.StartAsync(context => context.Response.WriteAsync("answer"));
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
        await using var sick = await Upstream.StartAsync(context => context.Response.WriteAsync("sick but answering"));
        sick.Healthy = false;
        await using var gateway = GatewayHost.InFrontOf(sick);
        await gateway.Client.GetStringAsync("/search");
        await Eventually.BecomesTrueAsync(() => StateOf(gateway, sick).Health.Active == DestinationHealth.Unhealthy);

        Assert.Equal("sick but answering", await gateway.Client.GetStringAsync("/search"));
    }

    [Fact]
    public async Task A_request_is_retried_on_an_unhealthy_replica_when_the_healthy_ones_fail()
    {
        await using var sick = await Upstream.StartAsync(context => context.Response.WriteAsync("sick but answering"));
        sick.Healthy = false;
        await using var victim = await Upstream.StartAsync(context => context.Response.WriteAsync("answer"));
        await using var gateway = GatewayHost.InFrontOf(sick, victim);
        await gateway.Client.GetStringAsync("/search");
        await Eventually.BecomesTrueAsync(() => StateOf(gateway, sick).Health.Active == DestinationHealth.Unhealthy);

        await victim.KillAsync();

        Assert.Equal("sick but answering", await gateway.Client.GetStringAsync("/search"));
    }

    private static IReadOnlyList<DestinationState> Available(GatewayHost gateway) => Cluster(gateway).DestinationsState.AvailableDestinations;

    private static DestinationState StateOf(GatewayHost gateway, Upstream upstream) =>
        Cluster(gateway).Destinations.Values.Single(destination => destination.Model.Config.Address.StartsWith(upstream.Address, StringComparison.Ordinal));

    private static ClusterState Cluster(GatewayHost gateway) =>
        gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster("searchapi", out var cluster) ? cluster : throw new InvalidOperationException();
}
