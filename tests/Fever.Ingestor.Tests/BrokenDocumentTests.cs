using System.Text;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>A bad fetch never harms good data.</summary>
[Collection(nameof(SharedServers))]
public sealed class BrokenDocumentTests(Servers servers)
{
    private static readonly string[] Before = [BasePlan("1", title: "Old"), BasePlan("2"), BasePlan("3")];

    // 1 has changed, 2 has vanished, 4 is new.
    private static readonly byte[] After = Encoding.UTF8.GetBytes(Document(BasePlan("1", title: "New"), BasePlan("3"), BasePlan("4")));

    // A plan counts from the byte on that ends its element, or its line.
    [Theory]
    [InlineData("planlist-xml", "</plan>")]
    [InlineData("planlist-ndjson", "}]}\n")]
    public async Task Document_cut_at_any_byte_loses_nothing_and_marks_nothing_missing(string format, string endOfPlan)
    {
        var isXml = format == "planlist-xml";
        await using var provider = await StubProvider.StartAsync();
        provider.ServeDocument(isXml ? Document(Before) : Ndjson("1 Old", "2 Title", "3 Title"));
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:Format"] = format;
        await using var ingestor = await IngestorApp.StartAsync(servers, settings);

        var after = isXml ? After : Encoding.UTF8.GetBytes(Ndjson("1 New", "3 Title", "4 Title"));
        for (var length = 0; length < after.Length; length++)
        {
            var cut = after.AsMemory(0, length);
            provider.Answer = context => context.Response.Body.WriteAsync(cut).AsTask();
            await ingestor.SyncAsync();
            Assert.Equal(Expected(Encoding.UTF8.GetString(cut.Span).Split(endOfPlan).Length - 1), await StateAsync(ingestor));
        }

        provider.Answer = context => context.Response.Body.WriteAsync(after).AsTask();
        await ingestor.SyncAsync();
        Assert.Equal(["1 New f", "2 Title t", "3 Title f", "4 Title f"], await StateAsync(ingestor));
    }

    [Fact]
    public async Task Whole_document_that_is_shorter_than_announced_makes_nothing_vanish()
    {
        await using var provider = await StubProvider.StartAsync(Before);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Answer = context =>
        {
            context.Response.ContentLength = After.Length + 1;
            return context.Response.Body.WriteAsync(After).AsTask();
        };
        await ingestor.SyncAsync();

        Assert.Equal(["partial interrupted"], await OutcomeAsync(ingestor));
        Assert.Equal(["1 New f", "2 Title f", "3 Title f", "4 Title f"], await StateAsync(ingestor));
    }

    [Fact]
    public async Task Document_that_is_no_xml_from_some_point_on_gives_what_came_before()
    {
        await using var provider = await StubProvider.StartAsync(Before);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(BasePlan("4"), "<base_plan title=\"Rock & Roll\">", BasePlan("5"));
        await ingestor.SyncAsync();

        Assert.Equal(["partial malformed"], await OutcomeAsync(ingestor));
        Assert.Equal(["1 Old f", "2 Title f", "3 Title f", "4 Title f"], await StateAsync(ingestor));
    }

    [Fact]
    public async Task Empty_feed_after_one_with_records_is_suspicious_and_changes_nothing()
    {
        await using var provider = await StubProvider.StartAsync(Before);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve();
        await ingestor.SyncAsync();

        Assert.Equal(["held no_records"], await OutcomeAsync(ingestor));
        Assert.Equal(["1 Old f", "2 Title f", "3 Title f"], await StateAsync(ingestor));
    }

    [Fact]
    public async Task Empty_feed_after_a_broken_one_with_records_is_suspicious_too()
    {
        await using var provider = await StubProvider.StartAsync();
        provider.ServeDocument(Document(Before)[..^20]);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve();
        await ingestor.SyncAsync();

        Assert.Equal(["held no_records"], await OutcomeAsync(ingestor));
        Assert.Equal(["1 Old f", "2 Title f", "3 Title f"], await StateAsync(ingestor));
    }

    [Fact]
    public async Task Empty_feed_means_that_everything_has_vanished_where_that_is_configured()
    {
        await using var provider = await StubProvider.StartAsync(Before);
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:AllowEmpty"] = "true";
        await using var ingestor = await IngestorApp.StartAsync(servers, settings);

        provider.Serve();
        await ingestor.SyncAsync();

        Assert.Equal("complete 0 0 0 0 0 3", await ingestor.LastSyncAsync());
        Assert.Equal(3, (await ingestor.PublishedAsync()).Length);
    }

    [Fact]
    public async Task Feed_with_too_large_a_share_of_bad_records_is_held_back_whole()
    {
        await using var provider = await StubProvider.StartAsync(Before);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(BasePlan("1", title: "New"), BasePlan("4"), BasePlan("5", start: "never"), BasePlan("6", start: "never"), BasePlan("7", start: "never"));
        await ingestor.SyncAsync();

        Assert.Equal(["held rejects"], await OutcomeAsync(ingestor));
        Assert.Equal(["1 Old f", "2 Title f", "3 Title f"], await StateAsync(ingestor));
        Assert.Equal(3, await ingestor.ScalarAsync<long>("SELECT count(*) FROM rejected_records"));
        Assert.Contains("3 of 5 records are bad", await ingestor.ScalarAsync<string>("SELECT last_error FROM providers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feed_with_as_many_bad_records_as_allowed_is_believed()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2", start: "never"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal("complete 1 1 0 1 0 0", await ingestor.LastSyncAsync());
    }

    [Fact]
    public async Task Feed_with_more_records_than_allowed_gives_those_that_are()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"));
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:Limits:MaxRecords"] = "2";
        await using var ingestor = await IngestorApp.StartAsync(servers, settings);

        provider.Serve(BasePlan("2"), BasePlan("3"), BasePlan("4"));
        await ingestor.SyncAsync();

        Assert.Equal(["partial too_many_records"], await OutcomeAsync(ingestor));
        Assert.Equal(["1 Title f", "2 Title f", "3 Title f"], await StateAsync(ingestor));
    }

    [Fact]
    public async Task Feed_that_was_whole_before_a_broken_one_is_news_when_it_comes_back()
    {
        await using var provider = await StubProvider.StartAsync(Before);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        provider.ServeDocument(Encoding.UTF8.GetString(After)[..^20]);
        await ingestor.SyncAsync();
        Assert.Contains("1 New f", await StateAsync(ingestor));

        provider.Serve(Before);
        await ingestor.SyncAsync();

        Assert.Contains("1 Old f", await StateAsync(ingestor));
    }

    private static string[] Expected(int plans) =>
        [plans >= 1 ? "1 New f" : "1 Old f", "2 Title f", "3 Title f", .. plans >= 3 ? (string[])["4 Title f"] : []];

    private static string Ndjson(params string[] plans) => string.Concat(plans.Select(plan => plan.Split(' ')).Select(plan =>
        $$"""{"base_plan_id":"{{plan[0]}}","sell_mode":"online","title":"{{plan[1]}}","plans":[{"plan_id":"1","plan_start_date":"{{Start}}"}]}""" + "\n").Append("{\"end_of_feed\":true}"));

    private static Task<string[]> StateAsync(IngestorApp ingestor) =>
        ingestor.RowsAsync("SELECT base_plan_id, title, missing_since IS NOT NULL FROM published_events JOIN events USING (id, title) ORDER BY 1");

    private static Task<string[]> OutcomeAsync(IngestorApp ingestor) =>
        ingestor.RowsAsync("SELECT outcome, reason FROM syncs ORDER BY id DESC LIMIT 1");
}
