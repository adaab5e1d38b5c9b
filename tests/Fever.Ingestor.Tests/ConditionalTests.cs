using System.Collections.Concurrent;
using System.Diagnostics;
using Fever.Ingestor.Tests.Harness;
using Fever.Ingestor.Tests.Providers;
using Fever.Testing;
using Microsoft.AspNetCore.Http;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>A feed that has not changed costs next to nothing, and when the next poll is due.</summary>
[Collection(nameof(SharedServers))]
public sealed class ConditionalTests(Servers servers)
{
    [Fact]
    public async Task Validators_of_the_last_complete_feed_are_sent_back_and_304_is_unchanged()
    {
        var conditions = new ConcurrentQueue<string>();
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context =>
        {
            conditions.Enqueue($"{context.Request.Headers.IfNoneMatch}|{context.Request.Headers.IfModifiedSince}");
            return AnswerAsync(context, "\"1\"", BasePlan());
        };
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        await ingestor.SyncAsync();

        Assert.Equal(["|", "\"1\"|Wed, 21 Oct 2015 07:28:00 GMT"], conditions);
        Assert.Equal(["complete -", "unchanged not_modified"], await SyncsAsync(ingestor));
    }

    [Fact]
    public async Task Same_ETag_on_a_whole_answer_is_unchanged()
    {
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context =>
        {
            context.Request.Headers.IfNoneMatch = default;
            return AnswerAsync(context, "\"1\"", BasePlan());
        };
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        await ingestor.SyncAsync();

        Assert.Equal(["complete -", "unchanged same_etag"], await SyncsAsync(ingestor));
    }

    [Fact]
    public async Task Same_bytes_are_unchanged_and_other_bytes_of_the_same_content_change_nothing()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        await ingestor.SyncAsync();
        provider.Serve(BasePlan(), "<!-- printed later -->");
        await ingestor.SyncAsync();

        Assert.Equal(["complete -", "unchanged same_body", "complete -"], await SyncsAsync(ingestor));
        Assert.Equal("complete 1 0 1 0 0 0", await ingestor.LastSyncAsync());
    }

    [Fact]
    public async Task Same_bytes_under_another_tag_are_known_by_that_tag_from_then_on()
    {
        var tag = "\"1\"";
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context => AnswerAsync(context, tag, BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        tag = "\"2\"";
        await ingestor.SyncAsync();
        await ingestor.SyncAsync();

        Assert.Equal(["complete -", "unchanged same_body", "unchanged not_modified"], await SyncsAsync(ingestor));
    }

    [Theory]
    [InlineData("TimeZone", "Europe/Madrid", "2021-06-30 19:00:00+00")]
    [InlineData("RevalidateAfter", "0", "2021-06-30 21:00:00+00")]
    public async Task Feed_is_read_again_although_unchanged_when_what_is_known_of_it_does_not_count_any_more(string option, string value, string startsAt)
    {
        var database = await servers.CreateDatabaseAsync();
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context => AnswerAsync(context, "\"1\"", BasePlan());
        await using (var before = new IngestorApp(database, IngestorApp.Providers(provider.Url)))
        {
            before.StartServer();
            await before.WaitForSyncsAsync(1);
        }

        var settings = IngestorApp.Providers(provider.Url);
        settings[$"Providers:0:{option}"] = value;
        await using var ingestor = await IngestorApp.StartAsync(database, settings);
        await ingestor.PollAsync();

        Assert.Equal(["complete -", "complete -"], await SyncsAsync(ingestor));
        Assert.Equal([startsAt], await ingestor.RowsAsync("SELECT starts_at AT TIME ZONE 'UTC' || '+00' FROM events"));
    }

    [Fact]
    public async Task Restart_remembers_what_is_known_of_a_feed()
    {
        var database = await servers.CreateDatabaseAsync();
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context => AnswerAsync(context, "\"1\"", BasePlan());
        for (var start = 0; start < 2; start++)
        {
            await using var ingestor = await IngestorApp.StartAsync(database, IngestorApp.Providers(provider.Url));
            await ingestor.PollAsync();
        }

        await using var observer = await IngestorApp.StartAsync(database);
        Assert.Equal("unchanged not_modified", (await SyncsAsync(observer))[^1]);
    }

    [Fact]
    public async Task Unchanged_poll_takes_one_statement_after_its_claim()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Fever.Ingestor" or "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        var claim = await ingestor.AcquireAsync();
        ActivitySource.AddActivityListener(listener);

        await ingestor.RunAsync(claim);

        var sync = spans.Single(span => span.OperationName == "sync" && span.GetTagItem("reason") as string == "same_body");
        Assert.Single(spans, span => span.Source.Name == "Npgsql" && span.TraceId == sync.TraceId);
    }

    [Theory]
    [InlineData(200, null, null, 300)]
    [InlineData(200, null, "max-age=900", 900)]
    [InlineData(200, null, "max-age=60", 300)]
    [InlineData(200, null, "max-age=999999", 3600)]
    [InlineData(503, "900", null, 900)]
    [InlineData(429, "999999", null, 3600)]
    public async Task Next_poll_waits_as_long_as_the_provider_asks_within_bounds(int status, string? retryAfter, string? cacheControl, int seconds)
    {
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = retryAfter;
            context.Response.Headers.CacheControl = cacheControl;
            return context.Response.WriteAsync(Document(BasePlan()));
        };
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        // A success is waited for from the start of its poll, a failure from its end.
        Assert.Equal([$"{seconds}"], await ingestor.RowsAsync(
            """
            SELECT round(extract(epoch FROM due_at - CASE WHEN failures = 0 THEN last_started_at ELSE s.finished_at END))
            FROM providers JOIN syncs s ON s.provider = name
            """));
    }

    [Theory]
    [InlineData(0, 0, "X: y", "failed")]
    [InlineData(0, 0, "Content-Length: 100000", "failed")]
    [InlineData(1, 0, "X: y", "partial")]
    [InlineData(1, 0, "Content-Length: 100000", "partial")]
    [InlineData(1, 2, "X: y", "held")]
    public async Task Max_age_of_a_broken_body_is_ignored(int plans, int badPlans, string header, string outcome)
    {
        var basePlans = Enumerable.Range(0, plans + badPlans).Select(plan => BasePlan(plan: $"{plan}", start: plan < plans ? Start : "never"));
        using var provider = RawProvider.Responding($"<planList><output>{string.Concat(basePlans)}", "Cache-Control: max-age=900", header);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal([$"{outcome} t"], await ingestor.RowsAsync("SELECT last_outcome, due_at <= last_started_at + interval '300 seconds' FROM providers"));
    }

    [Fact]
    public async Task Failures_in_a_row_open_the_circuit_and_a_success_closes_it()
    {
        var attempts = 0;
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context =>
        {
            attempts++;
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        for (var failure = 1; failure < 5; failure++)
        {
            await ingestor.SyncAsync();
        }

        Assert.Equal(5, await FailuresAsync(ingestor));
        attempts = 0;
        provider.Answer = context =>
        {
            attempts++;
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await ingestor.SyncAsync();
        Assert.Equal(1, attempts);
        Assert.Equal(6, await FailuresAsync(ingestor));

        provider.Serve(BasePlan());
        await ingestor.SyncAsync();
        Assert.Equal(0, await FailuresAsync(ingestor));
    }

    private static Task<int> FailuresAsync(IngestorApp ingestor) => ingestor.ScalarAsync<int>("SELECT failures FROM providers");

    private static Task<string[]> SyncsAsync(IngestorApp ingestor) => ingestor.RowsAsync("SELECT outcome, reason FROM syncs ORDER BY id");

    private static Task AnswerAsync(HttpContext context, string etag, string basePlan)
    {
        context.Response.Headers.ETag = etag;
        context.Response.Headers.LastModified = "Wed, 21 Oct 2015 07:28:00 GMT";
        if (context.Request.Headers.IfNoneMatch == etag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return context.Response.WriteAsync(Document(basePlan));
    }
}
