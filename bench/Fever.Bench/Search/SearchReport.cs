using System.Globalization;
using System.Text;
using Fever.Bench.Search.Cases;

namespace Fever.Bench.Search;

/// <summary>All that was measured, as tables.</summary>
internal sealed class SearchReport(IReadOnlyList<Measurement> measured, IReadOnlyList<Reached> reached, Processors processors)
{
    private readonly StringBuilder _text = new();

    public string Tables()
    {
        AddAims();
        AddCases();
        AddReached();
        AddMemory();
        return _text.ToString().TrimEnd();
    }

    private void AddAims()
    {
        Line($"| what | measured | aimed at | |");
        Line($"|---|--:|--:|---|");
        foreach (var aim in new SearchAims(measured, processors.Memory()).All())
        {
            Line($"| {aim.What} | {aim.Measured} | {aim.Wanted} | {aim.Word} |");
        }

        Line($"");
    }

    private void AddCases()
    {
        Line($"| load | requests/s | p50 ms | p99 ms | most ms | errors | bytes/answer | {string.Join(" | ", processors.Names.Select(name => $"{name} µs"))} |");
        Line($"|---|--:|--:|--:|--:|--:|--:|{string.Concat(processors.Names.Select(_ => "--:|"))}");
        foreach (var of in measured.GroupBy(each => each.Case))
        {
            var times = processors.Names.Select(name => Number(of.Select(each => (double?)each.Processor[name]), "0"));
            Line($"| {of.Key} | {Number(of.Select(each => (double?)each.Outcome.Rate), "0")} | {Number(of.Select(each => each.Outcome.P50), "0.00")} | {Number(of.Select(each => each.Outcome.P99), "0.00")} | {Number(of.Select(each => each.Outcome.Max), "0.0")} | {of.Sum(each => each.Outcome.Errors)} | {Number(of.Select(each => each.Outcome.Bytes / each.Outcome.Requests), "0")} | {string.Join(" | ", times)} |");
        }

        Line($"");
        Line($"µs: processor time per request, of all processes of that name; the generator is wrk, pgbench or, at a constant rate, the benchmark itself.");
        Line($"");
    }

    private void AddReached()
    {
        if (reached.Count == 0)
        {
            return;
        }

        Line($"| load | requests | searches that reached PostgreSQL, per 1,000 |");
        Line($"|---|--:|--:|");
        foreach (var count in reached)
        {
            Line($"| {count.Case} | {count.Requests} | {count.PerThousand:0.00} |");
        }

        Line($"");
    }

    private void AddMemory()
    {
        Line($"| process | most memory |");
        Line($"|---|--:|");
        foreach (var (name, bytes) in processors.Memory())
        {
            Line($"| {name} | {bytes / (1 << 20)} MB |");
        }

        Line($"");
    }

    /// <summary>The median, if anything was measured.</summary>
    private static string Number(IEnumerable<double?> values, string format) =>
        values.OfType<double>().ToList() is { Count: > 0 } known ? Median.Of(known).ToString(format, CultureInfo.InvariantCulture) : "";

    private void Line(FormattableString line) => _text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
