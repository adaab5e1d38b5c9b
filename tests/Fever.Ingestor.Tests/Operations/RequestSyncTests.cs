using System.Net;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests.Operations;

/// <summary>The clock of these tests stands still: nothing is polled because its time has come.</summary>
[Collection(nameof(SharedServers))]
public sealed class RequestSyncTests(Servers servers)
{
    [Fact]
    public async Task Provider_is_synced_at_once_when_it_is_asked_for()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        using var client = new Operator(ingestor);

        var (answer, body) = await client.PostAsync("/providers/p0/sync");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("p0 ok", $"{body.GetProperty("data").GetProperty("provider").GetProperty("name")} {body.GetProperty("data").GetProperty("provider").GetProperty("state")}");
        Assert.StartsWith("p0 is due now, and will be synced", body.GetProperty("data").GetProperty("message").GetString(), StringComparison.Ordinal);
        await ingestor.WaitForSyncsAsync(2);
    }

    [Fact]
    public async Task Provider_that_is_being_synced_is_synced_once_more()
    {
        var asked = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var provider = await StubProvider.StartAsync(BasePlan());
        var serve = provider.Answer;
        provider.Answer = async context =>
        {
            asked.TrySetResult();
            await release.Task;
            await serve(context);
        };
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), IngestorApp.Providers(provider.Url));
        using var client = new Operator(ingestor);
        await asked.Task;

        var (answer, body) = await client.PostAsync("/providers/p0/sync");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Contains("once more", body.GetProperty("data").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await ingestor.CountSyncsAsync());
        release.SetResult();
        await ingestor.WaitForSyncsAsync(2);
    }

    [Fact]
    public async Task Sync_asked_of_one_Ingestor_is_done_by_another()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        var database = await servers.CreateDatabaseAsync();
        await using var polling = new IngestorApp(database, IngestorApp.Providers(provider.Url));
        polling.StartServer();
        await polling.WaitForSyncsAsync(1);
        await using var idle = new IngestorApp(database, []);
        using var client = new Operator(idle);

        var (answer, body) = await client.PostAsync("/providers/p0/sync");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Contains("This Ingestor does not poll it", body.GetProperty("data").GetProperty("message").GetString(), StringComparison.Ordinal);
        await Eventually.BecomesTrueAsync(async () =>
        {
            polling.Time.Advance(TimeSpan.FromSeconds(1));
            return await polling.CountSyncsAsync() > 1;
        });
    }

    [Fact]
    public async Task Unknown_provider_is_answered_with_the_names_of_those_that_there_are()
    {
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), []);
        using var client = new Operator(ingestor);

        Assert.Equal("There is no provider \"p9\"; there is none at all yet.", await NotFoundAsync());
        await ingestor.RowsAsync("INSERT INTO providers (name) VALUES ('p0'), ('p1')");
        Assert.Equal("There is no provider \"p9\"; there are p0, p1.", await NotFoundAsync());
        await ingestor.RowsAsync("INSERT INTO providers (name) SELECT 'provider-' || n FROM generate_series(1, 500) n");
        Assert.EndsWith("….", await NotFoundAsync(), StringComparison.Ordinal);

        Task<string> NotFoundAsync() => client.FailAsync(HttpMethod.Post, "/providers/p9/sync", HttpStatusCode.NotFound, "not_found");
    }
}
