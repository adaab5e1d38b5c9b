using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
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
        var fetch = Child("fetch feed", sync);
        var write = Child("write catalog", sync);
        Child("read feed", sync);
        Assert.Null(sync.ParentId);
        Assert.Contains(spans, span => span.Source.Name == "System.Net.Http" && span.ParentId == fetch.Id);
        Assert.Contains(spans, span => span.Source.Name == "Npgsql" && span.ParentId == write.Id);

        Activity Child(string name, Activity parent) => Assert.Single(spans, span => span.OperationName == name && span.ParentId == parent.Id);
    }

    [Fact]
    public async Task Records_are_counted_by_what_became_of_them()
    {
        var counts = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "fever.ingestor.records")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (tags.Contains(KeyValuePair.Create<string, object?>("provider", "metered")))
            {
                counts.AddOrUpdate(tags.ToArray().First(tag => tag.Key == "result").Value!.ToString()!, count, (_, sum) => sum + count);
            }
        });
        listener.Start();
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("1"), BasePlan("2", start: "never"));
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:Name"] = "metered";
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), settings);
        ingestor.StartServer();

        await ingestor.WaitForLogAsync("metered: complete");

        Assert.Equal(
            ["changed 1", "duplicate 1", "rejected 1", "unchanged 0", "vanished 0"],
            counts.Select(count => $"{count.Key} {count.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Systematic_mistake_does_not_fill_the_log()
    {
        await using var provider = await StubProvider.StartAsync([.. Enumerable.Range(1, 20).Select(id => BasePlan($"{id}", start: "never"))]);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.WaitForLogAsync("p0: suspicious, 0 read");

        Assert.Equal("suspicious 0 0 0 20 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(3, ingestor.Logs.Count(line => line.Contains("'never'", StringComparison.Ordinal)));

        await ingestor.PollAsync();
        Assert.Equal(3, ingestor.Logs.Count(line => line.Contains("'never'", StringComparison.Ordinal)));
    }
}
