using System.Net;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;

namespace Fever.Ingestor.Tests.Operations;

[Collection(nameof(SharedServers))]
public sealed class OutageTests(Servers servers)
{
    [Theory]
    [InlineData("GET", "/providers")]
    [InlineData("GET", "/syncs")]
    [InlineData("GET", "/rejects")]
    [InlineData("POST", "/providers/p0/sync")]
    public async Task Database_that_is_away_or_hangs_is_said_to_be_and_is_asked_again_later(string method, string address)
    {
        var database = await servers.CreateDatabaseAsync();
        using var proxy = TcpProxy.ToPostgres(database);
        await using var ingestor = new IngestorApp(database, [], proxy.ConnectionString);
        using var client = new Operator(ingestor);
        await client.GetAsync("/providers");

        proxy.Cut();
        await UnavailableAsync();

        proxy.Restore();
        await Eventually.BecomesTrueAsync(async () => (await client.AskAsync(HttpMethod.Get, "/providers")).Answer.IsSuccessStatusCode);
        proxy.Hang();
        await UnavailableAsync();

        Assert.DoesNotContain(ingestor.Logs, line => line.StartsWith("Error", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal));

        async Task UnavailableAsync()
        {
            var asking = client.FailAsync(new HttpMethod(method), address, HttpStatusCode.ServiceUnavailable, "unavailable");
            await Eventually.BecomesTrueAsync(() =>
            {
                ingestor.Time.Advance(TimeSpan.FromSeconds(1));
                return asking.IsCompleted;
            });
            Assert.StartsWith("The database does not answer", await asking, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Database_that_was_never_there_is_said_to_be_away()
    {
        var database = await servers.CreateDatabaseAsync();
        using var proxy = TcpProxy.ToPostgres(database);
        proxy.Cut();
        await using var ingestor = new IngestorApp(database, [], proxy.ConnectionString);
        using var client = new Operator(ingestor);

        var asking = client.FailAsync(HttpMethod.Get, "/providers", HttpStatusCode.ServiceUnavailable, "unavailable");

        await Eventually.BecomesTrueAsync(() =>
        {
            ingestor.Time.Advance(TimeSpan.FromSeconds(1));
            return asking.IsCompleted;
        });
        await asking;
    }
}
