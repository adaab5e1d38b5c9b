using System.Net;
using Fever.Testing;

namespace Fever.Gateway.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task The_gateway_is_healthy_only_while_it_reaches_a_replica()
    {
        await using var first = await Upstream.StartAsync(_ => Task.CompletedTask);
        await using var second = await Upstream.StartAsync(_ => Task.CompletedTask);
        await using var gateway = GatewayHost.InFrontOf(first, second);
        await HealthBecomesAsync(gateway, HttpStatusCode.OK);

        (first.Healthy, second.Healthy) = (false, false);
        await HealthBecomesAsync(gateway, HttpStatusCode.ServiceUnavailable);

        second.Healthy = true;
        await HealthBecomesAsync(gateway, HttpStatusCode.OK);

        await second.KillAsync();
        await HealthBecomesAsync(gateway, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_gateway_without_a_replica_is_alive_but_not_healthy()
    {
        await using var gateway = GatewayHost.WithoutReplicas();

        await HealthBecomesAsync(gateway, HttpStatusCode.ServiceUnavailable);

        using var alive = await gateway.Client.GetAsync("/alive");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    private static Task HealthBecomesAsync(GatewayHost gateway, HttpStatusCode expected) => Eventually.BecomesTrueAsync(async () =>
    {
        using var response = await gateway.Client.GetAsync("/health");
        return response.StatusCode == expected;
    });
}
