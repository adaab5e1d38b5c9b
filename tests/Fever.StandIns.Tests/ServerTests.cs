using Aspire.Hosting;
using Aspire.Hosting.Testing;

namespace Fever.StandIns.Tests;

public sealed class ServerTests
{
    [Fact]
    public async Task Redis_and_PostgreSQL_start()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        var postgres = builder.AddPostgres("postgres").AddDatabase("feverdb");
        builder.AddRedis("cache");
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("feverdb");
        await app.ResourceNotifications.WaitForResourceHealthyAsync("cache");
    }
}
