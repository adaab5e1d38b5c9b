using System.Globalization;
using System.Text;

namespace Fever.Bench.Ingest;

/// <summary>All that was measured, as one table; what is aimed at stands beside it.</summary>
internal static class IngestReport
{
    private const double MostGrowth = 64 << 20;
    private const double MostSearchRatio = 2;

    public static string Table(BarePass bare, IReadOnlyList<SyncResult> syncs, IReadOnlyList<SearchResult> searches)
    {
        var table = new StringBuilder();
        Line(table, $"| what | seconds | × bare pass | CPU × | rows written | working set + | aimed at | |");
        Line(table, $"|---|--:|--:|--:|--:|--:|---|---|");
        Line(table, $"| bare pass | {bare.Seconds:0.000} | 1.00 | 1.00 | | | | |");
        foreach (var results in syncs.Where(result => !result.Case.IsWarmUp).GroupBy(result => result.Case.Name))
        {
            AddSync(table, [.. results]);
        }

        Line(table, $"");
        Line(table, $"| searches | p50 ms | p99 ms | requests/s | × p99 idle | aimed at | |");
        Line(table, $"|---|--:|--:|--:|--:|---|---|");
        foreach (var results in searches.GroupBy(result => result.Ranges))
        {
            AddSearches(table, [.. results]);
        }

        return table.ToString();
    }

    private static void AddSync(StringBuilder table, IReadOnlyList<SyncResult> results)
    {
        var kind = results[0].Case;
        var (seconds, ratio) = (Median.Of(results.Select(result => result.Seconds)), Median.Of(results.Select(result => result.Ratio)));
        var processor = Median.Of(results.Select(result => result.ProcessorRatio));
        var growth = Median.Of(results.Select(result => (double)result.Growth));
        var aim = kind switch
        {
            { MostRatio: { } most } => $"≤ {most:0.0} ×, ",
            { MostSeconds: { } most } => $"≤ {most * 1000:0} ms, ",
            _ => "",
        };
        var isReached = !(ratio > kind.MostRatio) && !(seconds > kind.MostSeconds) && growth <= MostGrowth;
        Line(table, $"| {kind.Name} | {seconds:0.000} | {ratio:0.00} | {processor:0.00} | {results[0].Rows} | {growth / (1 << 20):0} MB | {aim}≤ 64 MB | {Word(isReached)} |");
    }

    private static void AddSearches(StringBuilder table, IReadOnlyList<SearchResult> results)
    {
        var idle = Of(false);
        var busy = Of(true);
        var ratio = busy.P99 / idle.P99;
        var name = results[0].Ranges;
        Line(table, $"| {name}, idle | {idle.P50:0.00} | {idle.P99:0.00} | {idle.Rate:0} | | | |");
        Line(table, $"| {name}, while the feed is ingested | {busy.P50:0.00} | {busy.P99:0.00} | {busy.Rate:0} | {ratio:0.00} | ≤ {MostSearchRatio} × | {Word(ratio <= MostSearchRatio)} |");

        (double P50, double P99, double Rate) Of(bool isIngesting)
        {
            var loads = results.Where(result => result.IsIngesting == isIngesting).Select(result => result.Load).ToList();
            return (Median.Of(loads.Select(load => load.P50)), Median.Of(loads.Select(load => load.P99)), Median.Of(loads.Select(load => load.Rate)));
        }
    }

    private static string Word(bool isReached) => isReached ? "yes" : "**no**";

    private static void Line(StringBuilder table, FormattableString line) => table.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
