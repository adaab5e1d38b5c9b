using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fever.ServiceDefaults.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_fails_and_alive_does_not_when_a_dependency_is_down()
    {
        await using var service = await TestService.StartAsync(
            _ => { },
            builder => builder.Services.AddHealthChecks().AddCheck("database", () => HealthCheckResult.Unhealthy()));

        using var health = await service.Client.GetAsync("/health");
        using var alive = await service.Client.GetAsync("/alive");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task Alive_fails_when_a_check_tagged_live_does()
    {
        await using var service = await TestService.StartAsync(
            _ => { },
            builder => builder.Services.AddHealthChecks().AddCheck("stuck", () => HealthCheckResult.Unhealthy(), [ServiceDefaultsExtensions.LiveTag]));

        using var alive = await service.Client.GetAsync("/alive");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, alive.StatusCode);
    }
}
