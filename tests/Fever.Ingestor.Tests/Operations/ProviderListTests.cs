using System.Text.Json;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.AspNetCore.Http;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests.Operations;

[Collection(nameof(SharedServers))]
public sealed class ProviderListTests(Servers servers)
{
    [Fact]
    public async Task State_says_how_each_provider_is()
    {
        var release = new TaskCompletionSource();
        await using var sound = await StubProvider.StartAsync(BasePlan());
        await using var broken = await StubProvider.StartAsync();
        broken.Answer = context => Answer(context, 404);
        await using var hanging = await StubProvider.StartAsync();
        hanging.Answer = _ => release.Task;
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), IngestorApp.Providers(sound.Url, broken.Url, hanging.Url));
        using var client = new Operator(ingestor);
        await ingestor.WaitForSyncsAsync(2);
        await ingestor.RowsAsync("INSERT INTO providers (name) VALUES ('other')");

        Assert.Equal(["other new", "p0 ok", "p1 failing", "p2 syncing"], await StatesAsync(client));
        for (var failures = 2; failures <= 5; failures++)
        {
            await ingestor.PollAsync(providers: 2);
        }

        Assert.Equal(["other new", "p0 ok", "p1 open", "p2 syncing"], await StatesAsync(client));
        release.SetResult();
    }

    [Fact]
    public async Task Provider_whose_lease_has_expired_is_not_shown_as_syncing()
    {
        await using var ingestor = await IngestorApp.StartAsync(await servers.CreateDatabaseAsync());
        using var client = new Operator(ingestor);
        await ingestor.RowsAsync("INSERT INTO providers (name, last_success_at, lease_until) SELECT 'p0', now(), now() - interval '1 second'");

        var row = Assert.Single((await client.GetAsync("/providers")).GetProperty("providers").EnumerateArray());

        Assert.Equal("ok", row.GetProperty("state").GetString());
        Assert.NotEqual(JsonValueKind.Null, row.GetProperty("next_poll_at").ValueKind);
    }

    [Fact]
    public async Task Failing_provider_shows_what_is_wrong_since_when_and_what_comes_next()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, $"{provider.Url}?apikey=s3cr3t");
        using var client = new Operator(ingestor);
        provider.Answer = context => Answer(context, 404);
        await ingestor.PollAsync();
        await ingestor.RowsAsync("UPDATE providers SET last_success_at = now() - interval '1 hour'");

        var row = Assert.Single((await client.GetAsync("/providers")).GetProperty("providers").EnumerateArray());

        Assert.Equal("failed refused the provider responded with 404", $"{row.GetProperty("last_outcome")} {row.GetProperty("last_reason")} {row.GetProperty("last_error")}");
        Assert.Equal(1, row.GetProperty("failures").GetInt32());
        Assert.Equal(1, row.GetProperty("records").GetInt32());
        Assert.InRange(row.GetProperty("age_seconds").GetDouble(), 3_600, 7_200);
        Assert.InRange(row.GetProperty("last_started_at").GetDateTime() - row.GetProperty("last_success_at").GetDateTime(), TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
        Assert.True(row.GetProperty("next_poll_at").GetDateTime() > row.GetProperty("last_started_at").GetDateTime());
        Assert.DoesNotContain("s3cr3t", row.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_value_is_null_and_a_provider_polled_here_is_told_from_others()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        using var client = new Operator(ingestor);
        await ingestor.RowsAsync("INSERT INTO providers (name) VALUES ('other')");

        var rows = (await client.GetAsync("/providers")).GetProperty("providers");

        string[] unknown = ["last_started_at", "last_success_at", "age_seconds", "last_outcome", "last_reason", "last_error"];
        Assert.All(unknown, name => Assert.Equal(JsonValueKind.Null, rows[0].GetProperty(name).ValueKind));
        Assert.Equal("other False p0 True", string.Join(' ', rows.EnumerateArray().Select(row => $"{row.GetProperty("name")} {row.GetProperty("is_configured").GetBoolean()}")));
    }

    private static async Task<IEnumerable<string>> StatesAsync(Operator client) =>
        (await client.GetAsync("/providers")).GetProperty("providers").EnumerateArray().Select(row => $"{row.GetProperty("name")} {row.GetProperty("state")}");

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
