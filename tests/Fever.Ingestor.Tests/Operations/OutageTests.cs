using System.Net;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;

namespace Fever.Ingestor.Tests.Operations;

[Collection(nameof(SharedServers))]
public sealed class OutageTests(Servers servers)
{
    private static readonly (HttpMethod Method, string Address)[] Questions =
        [(HttpMethod.Get, "/providers"), (HttpMethod.Get, "/syncs"), (HttpMethod.Get, "/rejects"), (HttpMethod.Post, "/providers/p0/sync")];

    // All at once, because a server that hangs is only given up after a while.
    [Fact]
    public async Task Database_that_is_away_or_hangs_is_said_to_be_and_is_asked_again_later()
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
            var asking = Task.WhenAll(Questions.Select(each => client.FailAsync(each.Method, each.Address, HttpStatusCode.ServiceUnavailable, "unavailable")));
            await Eventually.BecomesTrueAsync(() =>
            {
                ingestor.Time.Advance(TimeSpan.FromSeconds(1));
                return asking.IsCompleted;
            });
            Assert.All(await asking, problem => Assert.StartsWith("The database does not respond", problem, StringComparison.Ordinal));
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
