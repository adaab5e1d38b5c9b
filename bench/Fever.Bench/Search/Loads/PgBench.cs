using System.Globalization;
using System.Text.RegularExpressions;
using Fever.Bench.Search.Cases;
using Fever.Testing;
using Npgsql;

namespace Fever.Bench.Search.Loads;

/// <summary>What PostgreSQL alone can do: the query of a search, prepared, for ranges of the same lengths, and nobody reads the rows.</summary>
internal sealed partial class PgBench(Tool program, TemporaryFolder folder, string connectionString, Ranges ranges)
{
    private const string Query =
        """
        SELECT id, title, starts_at, ends_at, start_date, start_time, end_date, end_time, min_price, max_price
        FROM published_events
        WHERE starts_at >= to_timestamp(:from) AND starts_at <= to_timestamp(:to) AND ends_at <= to_timestamp(:to)
        ORDER BY starts_at, id
        LIMIT 1001;
        """;

    public async Task<Outcome> RunAsync(int clients, int seconds, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder.Path, "search.sql");
        await File.WriteAllTextAsync(file, Script(), cancellationToken);
        string[] arguments = ["--no-vacuum", "--protocol", "prepared", "--client", $"{clients}", "--jobs", "1", "--time", $"{seconds}", "--random-seed", "1", "--file", file];
        var output = await program.RunAsync(arguments, Environment(), cancellationToken);
        var (transactions, rate) = (Number(Transactions(), output), Number(Rate(), output));
        return new((long)transactions, transactions / rate, (long)Number(Failed(), output), Bytes: null);
    }

    private string Script() => string.Create(CultureInfo.InvariantCulture, $"""
        \set from {new DateTimeOffset(ranges.FirstDay).ToUnixTimeSeconds()} + 60 * random(0, {Ranges.Minutes - 1})
        \set to :from + 60 * random({Ranges.ShortestDifferent}, {Ranges.ShortestDifferent + Ranges.DifferentLengths - 1})
        {Query}

        """);

    private Dictionary<string, string> Environment()
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        return new()
        {
            ["PGHOST"] = connection.Host!,
            ["PGPORT"] = $"{connection.Port}",
            ["PGUSER"] = connection.Username!,
            ["PGPASSWORD"] = connection.Password!,
            ["PGDATABASE"] = connection.Database!,
            ["PGOPTIONS"] = "-c role=fever_reader -c plan_cache_mode=force_generic_plan",
        };
    }

    private static double Number(Regex text, string output) => text.Match(output) is { Success: true } match
        ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new BenchException($"pgbench said something else: {output}");

    [GeneratedRegex(@"actually processed: (\d+)")]
    private static partial Regex Transactions();

    [GeneratedRegex(@"failed transactions: (\d+)")]
    private static partial Regex Failed();

    [GeneratedRegex(@"tps = ([\d.]+) \(without")]
    private static partial Regex Rate();
}
