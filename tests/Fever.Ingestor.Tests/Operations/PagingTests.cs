using Fever.Ingestor.Tests.Harness;
using Fever.Testing;

namespace Fever.Ingestor.Tests.Operations;

[Collection(nameof(SharedServers))]
public sealed class PagingTests(Servers servers) : IAsyncLifetime
{
    private IngestorApp _ingestor = null!;
    private Operator _client = null!;

    public async Task InitializeAsync()
    {
        _ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), []);
        _client = new Operator(_ingestor);
        // Answered once the schema is there.
        await _client.GetAsync("/providers");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _ingestor.DisposeAsync();
    }

    [Theory]
    [InlineData("syncs", "id", "started_at DESC, id DESC")]
    [InlineData("rejects", "id", "last_seen_at DESC, id DESC")]
    [InlineData("providers", "name", "name")]
    public async Task Every_row_is_listed_once_and_in_order_while_others_are_added(string list, string key, string order)
    {
        var table = list == "rejects" ? "rejected_records" : list;
        await AddAsync(list, 50);
        var rows = await _ingestor.RowsAsync($"SELECT {key} FROM {table} ORDER BY {order}");

        var walked = await _client.WalkAsync($"/{list}?limit=7", list, meanwhile: () => AddAsync(list, 3));

        Assert.Equal(rows, walked.Select(row => row.GetProperty(key).ToString()).Where(rows.Contains));
    }

    [Fact]
    public async Task Bad_record_seen_again_is_not_listed_twice()
    {
        await AddAsync("rejects", 20);
        var listed = 0;

        var walked = await _client.WalkAsync("/rejects?limit=6", "rejects", meanwhile: () => _ingestor.RowsAsync(
            $"UPDATE rejected_records SET last_seen_at = now() + interval '1 hour' WHERE id > 20 - {listed += 6}"));

        Assert.Equal(Enumerable.Range(1, 20).Reverse(), walked.Select(row => row.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task Page_has_a_hundred_rows_unless_another_number_is_asked_for()
    {
        await AddAsync("syncs", 101);

        Assert.Equal(100, (await _client.GetAsync("/syncs")).GetProperty("syncs").GetArrayLength());
        Assert.Equal(1, (await _client.GetAsync("/syncs?limit=1")).GetProperty("syncs").GetArrayLength());
        var whole = await _client.GetAsync("/syncs?limit=1000");
        Assert.Equal(101, whole.GetProperty("syncs").GetArrayLength());
        Assert.Null(whole.GetProperty("next").GetString());
        Assert.Null((await _client.GetAsync("/syncs?limit=101")).GetProperty("next").GetString());
    }

    [Theory]
    [InlineData("syncs", "provider=p1", "provider = 'p1'")]
    [InlineData("syncs", "outcome=failed", "outcome = 'failed'")]
    [InlineData("syncs", "provider=p1&outcome=failed", "provider = 'p1' AND outcome = 'failed'")]
    [InlineData("syncs", "provider=nobody", "false")]
    [InlineData("rejects", "provider=p1", "provider = 'p1'")]
    [InlineData("rejects", "provider=nobody", "false")]
    public async Task Filter_holds_on_every_page(string list, string filter, string condition)
    {
        await AddAsync(list, 60);
        var rows = await _ingestor.RowsAsync($"SELECT id FROM {(list == "rejects" ? "rejected_records" : list)} WHERE {condition}");

        var walked = await _client.WalkAsync($"/{list}?limit=4&{filter}", list);

        Assert.Equal(rows.Order(), walked.Select(row => row.GetProperty("id").ToString()).Order());
    }

    /// <summary>Newer than what there is, in groups of the same moment.</summary>
    private Task<string[]> AddAsync(string list, int count) => _ingestor.RowsAsync(list switch
    {
        "syncs" =>
            $"""
            INSERT INTO syncs (id, provider, started_at, finished_at, outcome, bytes, read, changed, unchanged, rejected, duplicates, vanished, catalog_version)
            SELECT gen_random_uuid(), 'p' || n % 3, now() - ({count} - n) / 5 * interval '1 second', now(),
                   CASE n % 4 WHEN 0 THEN 'failed' ELSE 'complete' END, 0, 0, 0, 0, 0, 0, 0, 0
            FROM (SELECT generate_series(1, {count}) n) numbers
            """,
        "rejects" =>
            $"""
            INSERT INTO rejected_records (provider, fingerprint, sync_id, position, reason, raw, times, first_seen_at, last_seen_at)
            SELECT 'p' || n % 3, uuid_send(gen_random_uuid()), gen_random_uuid(), n, 'bad', '<plan/>', 1, now(), now() - ({count} - n) / 5 * interval '1 second'
            FROM generate_series(1, {count}) n
            """,
        _ => $"INSERT INTO providers (name) SELECT left(md5(random()::text), 12) FROM generate_series(1, {count})",
    });
}
