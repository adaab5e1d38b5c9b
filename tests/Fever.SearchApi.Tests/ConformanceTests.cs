using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fever.Testing;
using Npgsql;

namespace Fever.SearchApi.Tests;

/// <summary>The answer of everything against the owner's openapi.yaml, and one small answer from everywhere it can come from.</summary>
[Collection(nameof(Servers))]
public sealed partial class ConformanceTests(Servers servers)
{
    private const int Events = 100_000;

    private static readonly string[] Members = ["end_date", "end_time", "id", "max_price", "min_price", "start_date", "start_time", "title"];

    private static readonly string[] Titles =
    [
        "Plain", "\"Quoted\" 'twice'", @"back\slash \n \u0041", "Año «Ñ» 東京 Ελλάδα", "🎉 family 👨‍👩‍👧‍👦 𝄞", "مهرجان الموسيقى \u200fשלום", "</script><!-- & -->",
        "e\u0301 \u2028 \u00a0 \ufeff", new string('x', 20_000), " ", "",
    ];

    private static readonly decimal?[] Prices = [null, 0m, 0.10m, 15.00m, 1234567.89m, 0.000001m];

    [Fact]
    public async Task Answer_of_a_hundred_thousand_events_conforms_to_the_contract()
    {
        var catalog = await FilledAsync();
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();

        using var answer = await client.GetAsync("/search", HttpCompletionOption.ResponseHeadersRead);
        using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());

        Assert.Equal(["data", "error"], NamesOf(body.RootElement));
        Assert.Equal(JsonValueKind.Null, body.RootElement.GetProperty("error").ValueKind);
        Assert.Equal(["events"], NamesOf(body.RootElement.GetProperty("data")));
        var found = body.RootElement.GetProperty("data").GetProperty("events").EnumerateArray().Select(ReadConforming).ToList();
        Assert.Equal(Events, found.Select(row => row.Id).Distinct().Count());
        Assert.Equal(await RowsAsync(catalog), found);
    }

    [Fact]
    public async Task Answer_has_the_same_bytes_wherever_it_comes_from()
    {
        const string Query = "/search?starts_at=2021-01-01&ends_at=2021-12-31";
        // Of many more events, of which those are the last.
        const string LargeQuery = "/search?ends_at=2021-12-31";
        var catalog = await FilledAsync();
        using var database = TcpProxy.ToPostgres(catalog.ConnectionString);
        await using var first = Caching(database.ConnectionString);
        await using var second = Caching(database.ConnectionString);
        var client = await first.ReadyAsync();
        var other = await second.ReadyAsync();
        var body = await BodyAsync(client, Query, "fwd=miss");

        Assert.NotEmpty(await (await client.GetAsync(Query)).EventIdsAsync());
        Assert.Equal(body, await BodyAsync(client, Query, "memory"));
        var shared = await Eventually.BecomesAsync(() => other.GetAsync($"{Query}&utm=1"), answer => answer.IsCached());
        Assert.Equal(body, await shared.Content.ReadAsStringAsync());
        Assert.Equal(body, await DecompressedAsync(client, Query, "gzip"));
        Assert.Equal(body, await DecompressedAsync(other, Query, "br"));
        var large = await client.GetAsync(LargeQuery);
        Assert.InRange((await large.EventIdsAsync()).Length, 1001, Events);
        Assert.EndsWith($",{body["""{"data":{"events":[""".Length..]}", await large.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await catalog.PublishAsync();
        await first.LearnsAsync(1);
        database.Cut();
        Assert.Equal(body, await BodyAsync(client, Query, "last-known"));
    }

    private Replica Caching(string postgres) =>
        new Replica(postgres, servers.Redis).With("OutputCaching:MemorySize", "67108864").With("Catalog:PollInterval", "00:00:00.1");

    /// <summary>From 1900 to the end of 9999, a few of everything that the columns can hold.</summary>
    private async Task<TestCatalog> FilledAsync()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await catalog.ExecuteAsync(
            """
            INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, end_local, starts_at, ends_at, min_price, max_price,
                                sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
            SELECT md5(n::text)::uuid, 'test', n::text, '1', CASE WHEN n % 1000 = 9 THEN $2[9] ELSE $2[CASE WHEN n % 11 = 8 THEN 1 ELSE n % 11 + 1 END] END,
                   s, e, s AT TIME ZONE 'UTC', coalesce(e, s) AT TIME ZONE 'UTC', least(low, high), CASE WHEN low IS NULL THEN NULL ELSE greatest(low, high) END,
                   'online', '{}', '', now(), now(), now()
            FROM generate_series(0, $1 - 1) n,
                 LATERAL (SELECT timestamp '1900-01-01' + n / 7 * 7 * interval '29 days' + n / 3 % 86400 * interval '1 second') AS starts (s),
                 LATERAL (SELECT CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN s WHEN 2 THEN timestamp '9999-12-31 23:59:59.999999' ELSE s + n % 90000 * interval '1 second' END) AS ends (e),
                 LATERAL (SELECT $3[n % 6 + 1], $3[n % 4 + 2]) AS prices (low, high)
            """,
            Events, Titles, Prices);
        return catalog;
    }

    private static Row ReadConforming(JsonElement found)
    {
        Assert.Equal(Members, NamesOf(found));
        var id = found.GetProperty("id").GetString()!;
        Assert.Matches(Uuid(), id);
        return new Row(
            Guid.Parse(id), found.GetProperty("title").GetString()!,
            Time(found, "start_date", "yyyy-MM-dd")!, Time(found, "start_time", "HH:mm:ss"), Time(found, "end_date", "yyyy-MM-dd"), Time(found, "end_time", "HH:mm:ss"),
            Price(found, "min_price"), Price(found, "max_price"));
    }

    private static string? Time(JsonElement found, string member, string format)
    {
        var text = found.GetProperty(member).GetString();
        Assert.True(text is null || DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _), text);
        return text;
    }

    private static decimal? Price(JsonElement found, string member) =>
        found.GetProperty(member) is { ValueKind: not JsonValueKind.Null } price ? price.GetDecimal() : null;

    private static string[] NamesOf(JsonElement value) => [.. value.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];

    /// <summary>What the catalog has, in its order and written by PostgreSQL.</summary>
    private static async Task<List<Row>> RowsAsync(TestCatalog catalog)
    {
        await using var connection = new NpgsqlConnection(catalog.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT id, title, to_char(start_local, 'YYYY-MM-DD'), to_char(start_local, 'HH24:MI:SS'),
                   to_char(end_local, 'YYYY-MM-DD'), to_char(end_local, 'HH24:MI:SS'), min_price, max_price
            FROM events ORDER BY starts_at, id
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Row>();
        while (await reader.ReadAsync())
        {
            rows.Add(new Row(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), Text(3), Text(4), Text(5), Number(6), Number(7)));
        }

        return rows;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        decimal? Number(int column) => reader.IsDBNull(column) ? null : reader.GetDecimal(column);
    }

    private static async Task<string> BodyAsync(HttpClient client, string query, string from)
    {
        using var answer = await client.GetAsync(query);
        Assert.Contains(from, answer.CacheStatus(), StringComparison.Ordinal);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<string> DecompressedAsync(HttpClient client, string query, string coding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, query);
        request.Headers.Add("Accept-Encoding", coding);
        using var answer = await client.SendAsync(request);
        Assert.Equal([coding], answer.Content.Headers.ContentEncoding);
        return Encoding.UTF8.GetString(Compression.Decompress(await answer.Content.ReadAsByteArrayAsync(), coding));
    }

    [GeneratedRegex("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")]
    private static partial Regex Uuid();

    private sealed record Row(Guid Id, string Title, string StartDate, string? StartTime, string? EndDate, string? EndTime, decimal? MinPrice, decimal? MaxPrice);
}
