using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.Packing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

[Collection(nameof(SharedServers))]
public sealed class TelemetryTests(Servers servers)
{
    [Fact]
    public async Task Sync_is_one_trace_with_its_fetch_and_its_database_work()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Fever.Ingestor" or "Npgsql" or "System.Net.Http",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await Eventually.BecomesTrueAsync(() => spans.Any(span => span.OperationName == "sync"));

        var sync = spans.First(span => span.OperationName == "sync");
        var fetch = Child("fetch", sync);
        var write = Child("write", sync);
        Child("read", sync);
        Assert.Null(sync.ParentId);
        Assert.Contains(spans, span => span.Source.Name == "System.Net.Http" && span.ParentId == fetch.Id);
        Assert.Contains(spans, span => span.Source.Name == "Npgsql" && span.ParentId == write.Id);

        Activity Child(string name, Activity parent) => Assert.Single(spans, span => span.OperationName == name && span.ParentId == parent.Id);
    }

    [Fact]
    public async Task Sync_says_on_its_span_whose_it_was_and_how_it_went()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Fever.Ingestor",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var provider = await StubProvider.StartAsync();
        var document = Document(BasePlan("1"), BasePlan("2"), BasePlan("3", start: "never"));
        provider.ServeDocument(document);
        await using var ingestor = await StartAsync("traced", provider);
        provider.ServeDocument("no feed");
        await ingestor.PollAsync();
        await Eventually.BecomesTrueAsync(() => Syncs().Count() == 2);

        Assert.Equal(["complete  3 " + document.Length, "failed malformed 0 7"], Syncs());

        IEnumerable<string> Syncs() => spans
            .Where(span => span.OperationName == "sync" && (string?)span.GetTagItem("provider") == "traced")
            .Select(span => $"{span.GetTagItem("outcome")} {span.GetTagItem("reason")} {span.GetTagItem("records")} {span.GetTagItem("bytes")}");
    }

    [Fact]
    public async Task Records_are_counted_by_what_became_of_them()
    {
        using var measured = new Measurements("counted");
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("1"), BasePlan("2", start: "never"));
        await using var ingestor = await StartAsync("counted", provider);
        await ingestor.WaitForLogAsync("counted: complete");

        Assert.Equal(
            ["result=changed 1", "result=duplicate 1", "result=read 2", "result=rejected 1", "result=unchanged 0", "result=vanished 0"],
            measured.Sums("fever.ingestor.records"));
    }

    [Fact]
    public async Task Syncs_are_counted_by_outcome_and_reason()
    {
        using var measured = new Measurements("polled");
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await StartAsync("polled", provider);
        await ingestor.PollAsync();
        await ingestor.PollAsync();
        provider.ServeDocument("no feed");
        await ingestor.PollAsync();
        await ingestor.WaitForLogAsync("polled: failed");

        Assert.Equal(
            ["outcome=complete 1", "outcome=failed reason=malformed 1", "outcome=unchanged reason=same_body 2"], measured.Sums("fever.ingestor.syncs"));
    }

    [Fact]
    public async Task Bytes_are_counted_as_they_came_and_as_they_were_read()
    {
        using var measured = new Measurements("zipped");
        var document = Encoding.UTF8.GetBytes(Document(BasePlan()));
        var packed = Pack(document, "gzip");
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(packed).AsTask();
        };
        await using var ingestor = await StartAsync("zipped", provider);
        await ingestor.WaitForLogAsync("zipped: complete");

        Assert.Equal([$" {document.Length}"], measured.Sums("fever.ingestor.feed.size"));
        Assert.Equal([$" {packed.Length}"], measured.Sums("fever.ingestor.feed.wire_size"));
    }

    [Fact]
    public async Task Time_is_measured_in_all_and_by_phase()
    {
        using var measured = new Measurements("timed");
        await using var provider = await StubProvider.StartAsync(BasePlan());
        var serve = provider.Answer;
        var time = new TaskCompletionSource<ManualTime>();
        provider.Answer = async context =>
        {
            (await time.Task).Advance(TimeSpan.FromSeconds(7));
            await serve(context);
        };
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:Name"] = "timed";
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), settings);
        time.SetResult(ingestor.Time);
        ingestor.StartServer();
        await ingestor.WaitForLogAsync("timed: complete");

        Assert.Equal(["phase=fetch 7", "phase=read 0", "phase=write 0"], measured.Sums("fever.ingestor.sync.phase.duration"));
        Assert.Equal(["outcome=complete 7"], measured.Sums("fever.ingestor.sync.duration"));
    }

    private async Task<IngestorApp> StartAsync(string name, StubProvider provider)
    {
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:Name"] = name;
        var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), settings);
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);
        return ingestor;
    }

    [Fact]
    public async Task Systematic_mistake_does_not_fill_the_log()
    {
        await using var provider = await StubProvider.StartAsync([.. Enumerable.Range(1, 20).Select(id => BasePlan($"{id}", start: "never"))]);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.WaitForLogAsync("p0: held, 0 read");

        Assert.Equal("held 0 0 0 20 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(3, ingestor.Logs.Count(line => line.Contains("'never'", StringComparison.Ordinal)));

        await ingestor.PollAsync();
        Assert.Equal(3, ingestor.Logs.Count(line => line.Contains("'never'", StringComparison.Ordinal)));
    }
}
