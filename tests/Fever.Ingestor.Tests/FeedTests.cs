using System.Text;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.AspNetCore.Http;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>What feeds may contain, and what they cost when it is not what it should be.</summary>
[Collection(nameof(SharedServers))]
public sealed class FeedTests(Servers servers)
{
    [Theory]
    [InlineData(" plan_id=\"9\"", " ", "the plan has no plan_id")]
    [InlineData(" plan_id=\"9\"", " plan_id=\"\"", "plan plan_id '' is not 1 to 200 characters")]
    [InlineData("base_plan_id=\"9\"", "", "the base_plan has no base_plan_id")]
    [InlineData("title=\"Bad\"", "", "the base_plan has no title")]
    [InlineData("sell_mode=\"online\"", "", "the base_plan has no sell_mode")]
    [InlineData("sell_mode=\"online\"", "sell_mode=\"soon\"", "base_plan sell_mode 'soon' is not online or offline")]
    [InlineData("plan_start_date=\"2021-06-30T21:00:00\"", "", "the plan has no plan_start_date")]
    [InlineData("2021-06-30T21:00:00", "2021-09-31T20:00:00", "plan plan_start_date '2021-09-31T20:00:00' is not an existing")]
    [InlineData("2021-06-30T21:00:00", "0001-01-01T00:00:00", "plan plan_start_date '0001-01-01T00:00:00' is not an existing")]
    [InlineData("2021-06-30T21:00:00", "tomorrow", "plan plan_start_date 'tomorrow' is not an existing")]
    [InlineData("2021-06-30T22:00:00", "2021-06-30T24:00:00", "plan plan_end_date '2021-06-30T24:00:00' is not an existing")]
    [InlineData("2021-06-30T22:00:00", "", "plan plan_end_date '' is not an existing")]
    [InlineData("2021-06-30T22:00:00", "2021-06-30T20:00:00", "the plan ends (2021-06-30T20:00:00) before it starts (2021-06-30T21:00:00)")]
    public async Task Bad_record_costs_itself_alone(string good, string bad, string reason)
    {
        var record = BasePlan("9", "9", title: "Bad", prices: ["10", "20"]);
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), record.Replace(good, bad, StringComparison.Ordinal), BasePlan("2"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal("complete 2 2 0 1 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(["1", "2"], await ingestor.RowsAsync("SELECT base_plan_id FROM events ORDER BY 1"));
        Assert.Contains(ingestor.Logs, line => line.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("price=\"10\"", "", "the zone has no price")]
    [InlineData("price=\"10\"", "price=\"\"", "zone price '' is not a decimal number")]
    [InlineData("price=\"10\"", "price=\"NaN\"", "zone price 'NaN' is not a decimal number")]
    [InlineData("price=\"10\"", "price=\"1e400\"", "zone price '1e400' is not a decimal number")]
    [InlineData("price=\"10\"", "price=\"12,50\"", "zone price '12,50' is not a decimal number")]
    [InlineData("price=\"10\"", "price=\"-1\"", "zone price '-1' is not a decimal number that is not negative")]
    [InlineData("price=\"10\"", "price=\"99999999999999999999999999999999\"", "zone price '99999999999999999999999999999999' is not a decimal number")]
    public async Task Bad_price_costs_its_zone_and_not_what_else_is_new_of_the_plan(string good, string bad, string reason)
    {
        var plan = BasePlan("9", "9", title: "Old", prices: ["10", "20", "30"]);
        await using var provider = await StubProvider.StartAsync(plan);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(plan.Replace("Old", "New", StringComparison.Ordinal).Replace(good, bad, StringComparison.Ordinal));
        await ingestor.SyncAsync();

        Assert.Equal("complete 1 1 0 1 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(["New 2021-06-30 21:00:00 2021-06-30 22:00:00 20 30"], await ingestor.PublishedAsync());
        Assert.Contains(ingestor.Logs, line => line.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_without_a_price_that_can_be_read_keeps_those_it_had()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1", title: "Old", prices: ["10", "20"]));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(BasePlan("1", title: "New", prices: ["free", "-1"]), BasePlan("2", prices: ["free"]));
        await ingestor.SyncAsync();

        Assert.Equal(["New 2021-06-30 21:00:00 2021-06-30 22:00:00 10 20", "Title 2021-06-30 21:00:00 2021-06-30 22:00:00 - -"], await ingestor.PublishedAsync());
        Assert.Equal(["10 20"], await ingestor.RowsAsync("SELECT after->>'min_price', after->>'max_price' FROM event_changes WHERE kind = 'changed'"));

        provider.Serve(BasePlan("1", title: "New", prices: ["15"]), BasePlan("2", prices: ["5"]));
        await ingestor.SyncAsync();

        Assert.Equal(["New 2021-06-30 21:00:00 2021-06-30 22:00:00 15 15", "Title 2021-06-30 21:00:00 2021-06-30 22:00:00 5 5"], await ingestor.PublishedAsync());
    }

    [Fact]
    public async Task Bad_base_plan_costs_each_of_its_plans()
    {
        await using var provider = await StubProvider.StartAsync(
            """<base_plan base_plan_id="1" sell_mode="?" title="T"><plan plan_id="1"/><plan plan_id="2"></plan></base_plan>""", BasePlan("2"), BasePlan("3"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal("complete 2 2 0 2 0 0", await ingestor.LastSyncAsync());
    }

    [Theory]
    [InlineData("plan_start_date=\"2021-06-30T21:00:00\"")]
    [InlineData(" plan_id=\"1\"")]
    [InlineData("title=\"Title\"")]
    public async Task Event_whose_record_turns_bad_has_not_vanished(string missing)
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.Serve(BasePlan("1").Replace(missing, "", StringComparison.Ordinal), BasePlan("2"));
        await ingestor.PollAsync();

        Assert.Equal("complete 1 0 1 1 0 0", await ingestor.LastSyncAsync());
    }

    [Fact]
    public async Task Unknown_elements_attributes_and_depths_are_ignored()
    {
        await using var provider = await StubProvider.StartAsync();
        provider.ServeDocument(
            """
            <planList xmlns="urn:x"><a><b><output><new/><base_plan base_plan_id="1" sell_mode="online" title="Ñandú &amp; 東京 &lt;3" colour="red">
              text <!-- comment --> <?pi?> <venue><plan_b price="x"/></venue>
              <plan plan_id="1" plan_start_date="2021-06-30T21:00:00.5" x:extra="" xmlns:x="urn:y"><zones><zone price=" 5.0 "/><extra price="no"/></zones><note>n</note></plan>
            </base_plan></output></b></a><plan plan_id="orphan"/></planList>
            """);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal("complete 1 1 0 1 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(["the plan is not in a base_plan"], await ingestor.RowsAsync("SELECT reason FROM rejected_records"));
        Assert.Equal(["Ñandú & 東京 <3 2021-06-30 21:00:00.5 - - 5 5"], await ingestor.PublishedAsync());
    }

    [Theory]
    [InlineData("<base_plan base_plan_id=\"3\"", "partial 2 1 1 0 0 0")]
    [InlineData("<plan plan_id=\"3\"", "partial 2 1 1 0 0 0")]
    [InlineData("base_plan_id=\"2\"", "partial 1 1 0 0 0 0")]
    [InlineData("</output>", "partial 3 1 2 0 0 0")]
    [InlineData("</planList>", "partial 3 1 2 0 0 0")]
    [InlineData("base_plan_id=\"1\"", "failed 0 0 0 0 0 0")]
    public async Task Truncated_document_loses_nothing_and_marks_nothing_missing(string cutAt, string sync)
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2"), BasePlan("3", "3"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        var document = Document(BasePlan("1", title: "New"), BasePlan("2"), BasePlan("3", "3"));
        provider.ServeDocument(document[..document.IndexOf(cutAt, StringComparison.Ordinal)]);
        await ingestor.PollAsync();

        Assert.Equal(sync, await ingestor.LastSyncAsync());
        Assert.Equal(3, (await ingestor.PublishedAsync()).Length);
        Assert.Equal(0, await ingestor.ScalarAsync<long>("SELECT count(*) FROM events WHERE missing_since IS NOT NULL"));
    }

    [Fact]
    public async Task Connection_that_breaks_midway_costs_only_the_rest()
    {
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = async context =>
        {
            var document = Document(BasePlan("1"), BasePlan("2"));
            context.Response.ContentLength = document.Length;
            await context.Response.WriteAsync(document[..document.IndexOf("base_plan_id=\"2\"", StringComparison.Ordinal)]);
        };
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal("partial 1 1 0 0 0 0", await ingestor.LastSyncAsync());
    }

    [Theory]
    [InlineData("<error/>")]
    [InlineData("<html xmlns=\"http://www.w3.org/1999/xhtml\"><body>Maintenance</body></html>")]
    public async Task Another_document_is_not_an_empty_feed_also_where_empty_feeds_are_allowed(string document)
    {
        await using var provider = await StubProvider.StartAsync();
        provider.ServeDocument(document);
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:AllowEmpty"] = "true";
        await using var ingestor = await IngestorApp.StartAsync(servers, settings);
        Assert.Equal("failed 0 0 0 0 0 0", await ingestor.LastSyncAsync());

        provider.Serve(BasePlan());
        await ingestor.SyncAsync();
        provider.ServeDocument(document);
        await ingestor.SyncAsync();

        Assert.Equal("failed 0 0 0 0 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(0, await ingestor.ScalarAsync<long>("SELECT count(*) FROM events WHERE missing_since IS NOT NULL"));
    }

    [Theory]
    [InlineData("application/xml; charset=windows-1252")]
    [InlineData("text/xml; charset=\"Windows-1252\"")]
    public async Task Charset_of_the_response_decodes_the_feed(string contentType)
    {
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = context =>
        {
            context.Response.ContentType = contentType;
            // 0x80 is the euro sign in windows-1252 and nothing in UTF-8, which the document declares.
            return context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(Document(BasePlan(title: "5 \u0080")))).AsTask();
        };
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal(["5 €"], await ingestor.RowsAsync("SELECT title FROM events"));
    }

    [Fact]
    public async Task Feed_is_read_again_when_only_its_charset_changes()
    {
        await using var provider = await StubProvider.StartAsync();
        var body = Encoding.UTF8.GetBytes(Document(BasePlan(title: "Camarón")).Replace("UTF-8", "windows-1252", StringComparison.Ordinal));
        provider.Answer = context => context.Response.Body.WriteAsync(body).AsTask();
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        Assert.Equal(["CamarÃ³n"], await ingestor.RowsAsync("SELECT title FROM events"));

        provider.Answer = context =>
        {
            context.Response.ContentType = "application/xml; charset=utf-8";
            return context.Response.Body.WriteAsync(body).AsTask();
        };
        await ingestor.SyncAsync();

        Assert.Equal(["Camarón"], await ingestor.RowsAsync("SELECT title FROM events"));
    }

    [Theory]
    [InlineData("<planList><output></output></planList>", "held 0 0 0 0 0 0")]
    [InlineData("<html><body>Maintenance</body></html>", "failed 0 0 0 0 0 0")]
    [InlineData("", "failed 0 0 0 0 0 0")]
    [InlineData("Maintenance", "failed 0 0 0 0 0 0")]
    [InlineData("<!DOCTYPE planList [<!ENTITY a \"b\">]><planList>&a;</planList>", "failed 0 0 0 0 0 0")]
    public async Task Document_without_records_makes_nothing_vanish(string document, string sync)
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        provider.ServeDocument(document);
        await ingestor.PollAsync();

        Assert.Equal(sync, await ingestor.LastSyncAsync());
        Assert.Equal(0, await ingestor.ScalarAsync<long>("SELECT count(*) FROM events WHERE missing_since IS NOT NULL"));
    }
}
