using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.AspNetCore.Http;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>Each provider on its own, whatever the others do.</summary>
[Collection(nameof(SharedServers))]
public sealed class ScheduleTests(Servers servers)
{
    [Fact]
    public async Task Hanging_provider_does_not_delay_another()
    {
        var release = new TaskCompletionSource();
        await using var hanging = await StubProvider.StartAsync();
        hanging.Answer = _ => release.Task;
        await using var sound = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), Patient(hanging.Url, sound.Url));
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);

        await ingestor.PollAsync();
        await ingestor.PollAsync();

        Assert.Equal(["p1 complete", "p1 unchanged", "p1 unchanged"], await ingestor.RowsAsync("SELECT provider, outcome FROM syncs"));
        release.SetResult();
    }

    [Fact]
    public async Task Failing_provider_does_not_touch_another()
    {
        await using var failing = await StubProvider.StartAsync();
        failing.Answer = context => Answer(context, 404);
        await using var sound = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, failing.Url, sound.Url);

        await ingestor.PollAsync(providers: 2);

        Assert.Equal("failed 0 0 0 0 0 0", await ingestor.LastSyncAsync("p0"));
        Assert.Equal("unchanged 0 0 0 0 0 0", await ingestor.LastSyncAsync("p1"));
        Assert.Equal("the provider responded with 404", await ingestor.ScalarAsync<string>("SELECT DISTINCT error FROM syncs WHERE provider = 'p0'"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task Passing_refusal_is_tried_again_until_there_is_an_answer(int status)
    {
        var attempts = 0;
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context => ++attempts <= 2 ? Answer(context, status) : context.Response.WriteAsync(Document(BasePlan()));
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), Patient(provider.Url));
        ingestor.StartServer();

        await AdvanceUntilSyncedAsync(ingestor);

        Assert.Equal(3, attempts);
        Assert.Equal("complete 1 1 0 0 0 0", await ingestor.LastSyncAsync());
    }

    [Fact]
    public async Task Refusal_that_does_not_pass_fails_the_poll_after_all_retries()
    {
        var attempts = 0;
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context =>
        {
            attempts++;
            return Answer(context, 503);
        };
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), Patient(provider.Url));
        ingestor.StartServer();

        await AdvanceUntilSyncedAsync(ingestor);

        Assert.Equal(4, attempts);
        Assert.Equal("the provider responded with 503", await ingestor.ScalarAsync<string>("SELECT error FROM syncs"));
    }

    [Fact]
    public async Task Provider_that_stops_sending_costs_its_poll_but_not_what_it_sent()
    {
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = async context =>
        {
            var document = Document(BasePlan("1"), BasePlan("2"));
            await context.Response.WriteAsync(document[..document.IndexOf("base_plan_id=\"2\"", StringComparison.Ordinal)]);
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), Patient(provider.Url));
        ingestor.StartServer();

        // The hour may pass before anything was read; then another poll begins, and another hour passes.
        await Eventually.BecomesTrueAsync(async () =>
        {
            ingestor.Time.Advance(TimeSpan.FromHours(1));
            return await ingestor.CountSyncsAsync() > 0 && (await ingestor.LastSyncAsync()).StartsWith("partial", StringComparison.Ordinal);
        });

        Assert.Single(await ingestor.PublishedAsync());
    }

    [Theory]
    [InlineData(5, "complete 1 1 0 0 0 0")]
    [InlineData(6, "failed 0 0 0 0 0 0")]
    public async Task Redirects_are_followed_but_not_for_ever(int redirects, string sync)
    {
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context =>
        {
            if (redirects-- == 0)
            {
                return context.Response.WriteAsync(Document(BasePlan()));
            }

            context.Response.Redirect("/feed");
            return Task.CompletedTask;
        };
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal(sync, await ingestor.LastSyncAsync());
    }

    /// <summary>Providers whose time limits outlast whatever the clock does in a test.</summary>
    private static Dictionary<string, string> Patient(params string[] urls)
    {
        var settings = IngestorApp.Providers(urls);
        foreach (var index in Enumerable.Range(0, urls.Length))
        {
            settings[$"Providers:{index}:Timeout"] = "3600";
            settings[$"Providers:{index}:Limits:FirstByteTimeout"] = "3600";
            settings[$"Providers:{index}:Limits:ConnectTimeout"] = "3600";
        }

        return settings;
    }

    private static Task AdvanceUntilSyncedAsync(IngestorApp ingestor) => Eventually.BecomesTrueAsync(async () =>
    {
        ingestor.Time.Advance(TimeSpan.FromSeconds(1));
        return await ingestor.CountSyncsAsync() > 0;
    });

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
