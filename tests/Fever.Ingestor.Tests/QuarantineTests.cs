using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>Bad records, set aside.</summary>
[Collection(nameof(SharedServers))]
public sealed class QuarantineTests(Servers servers)
{
    private static readonly string Bad = BasePlan("9", "7", title: "Bad", start: "2021-09-31T20:00:00");

    [Fact]
    public async Task Bad_record_is_kept_with_whose_it_is_where_it_stood_why_and_what_was_sent()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), Bad);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal(
            ["p0 9 7 10 plan plan_start_date '2021-09-31T20:00:00' is not an existing local time such as 2021-06-30T21:00:00 1"],
            await ingestor.RowsAsync("SELECT provider, base_plan_id, plan_id, position, reason, times FROM rejected_records"));
        var raw = await ingestor.ScalarAsync<string>("SELECT raw FROM rejected_records");
        Assert.Contains("title=\"Bad\"", raw, StringComparison.Ordinal);
        Assert.Contains("plan_start_date=\"2021-09-31T20:00:00\"", raw, StringComparison.Ordinal);
        Assert.True(await ingestor.ScalarAsync<bool>("SELECT sync_id = (SELECT id FROM syncs) FROM rejected_records"));
    }

    [Fact]
    public async Task Bad_value_cannot_forge_a_line_of_the_log()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("9", start: "never&#10;Error: all is lost"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.WaitForLogAsync("set aside");

        Assert.Contains("'never?Error: all is lost'", await ingestor.ScalarAsync<string>("SELECT reason FROM rejected_records"), StringComparison.Ordinal);
        Assert.DoesNotContain(ingestor.Logs, line => line.Contains('\n'));
    }

    [Fact]
    public async Task Same_bad_record_at_every_poll_is_one_row_that_counts()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), Bad);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        provider.Serve(BasePlan("1"), BasePlan("2"), Bad);
        await ingestor.SyncAsync();
        provider.Serve(BasePlan("1"), BasePlan("2"), BasePlan("3"), Bad);
        await ingestor.SyncAsync();

        Assert.Equal(["3 t 20 t"], await ingestor.RowsAsync(
            "SELECT times, last_seen_at > first_seen_at, position, sync_id = (SELECT max(id::text)::uuid FROM syncs) FROM rejected_records"));
    }

    [Fact]
    public async Task Record_that_turns_bad_in_another_way_is_another_row()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), Bad);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        provider.Serve(BasePlan("1"), Bad.Replace("2021-09-31", "2021-09-32", StringComparison.Ordinal));
        await ingestor.SyncAsync();

        Assert.Equal(["1", "1"], await ingestor.RowsAsync("SELECT times FROM rejected_records"));
    }

    [Fact]
    public async Task Bad_record_listed_often_in_one_feed_is_one_row_and_counted_each_time_by_the_sync()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("2"), BasePlan("3"), Bad, Bad, Bad);
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.Equal("complete 3 3 0 3 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(["1"], await ingestor.RowsAsync("SELECT times FROM rejected_records"));
    }

    [Fact]
    public async Task Only_so_many_bad_records_of_a_poll_are_kept_and_all_are_counted()
    {
        await using var provider = await StubProvider.StartAsync(
            [.. Enumerable.Range(1, 10).Select(id => BasePlan($"{id}")), .. Enumerable.Range(11, 10).Select(id => BasePlan($"{id}", start: "never"))]);
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:Limits:MaxRejectsKept"] = "4";
        await using var ingestor = await IngestorApp.StartAsync(servers, settings);

        Assert.Equal("complete 10 10 0 10 0 0", await ingestor.LastSyncAsync());
        Assert.Equal(4, await ingestor.ScalarAsync<long>("SELECT count(*) FROM rejected_records"));
    }

    [Fact]
    public async Task Text_of_a_bad_record_is_kept_up_to_a_length()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan("1"), BasePlan("9", title: new string('x', 100_000), start: "never"));
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);

        Assert.InRange(await ingestor.ScalarAsync<int>("SELECT length(raw) FROM rejected_records"), 1_000, 4_096);
    }
}
