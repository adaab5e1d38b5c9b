using System.Globalization;
using Fever.Bench.Search.Cases;
using Fever.Bench.Search.Loads;

namespace Fever.Bench.Search;

/// <param name="What">Is compared.</param>
/// <param name="Measured">The median.</param>
/// <param name="Wanted">By the design.</param>
/// <param name="IsReached">Null when it is only told, or was not measured.</param>
internal sealed record Aim(string What, string Measured, string Wanted, bool? IsReached)
{
    public string Word => IsReached switch { true => "yes", false => "**no**", null => "" };
}

/// <summary>What the design wants, with what was measured. A ratio is made within one round, where both sides met the same machine; its median is shown.</summary>
internal sealed class SearchAims(IReadOnlyList<Measurement> measured, IReadOnlyDictionary<string, long> memory)
{
    private const double MostMegabytes = 250;
    private const double P50Below = 2;
    private const double P99Below = 10;

    private static readonly string[] Services = ["gateway", "replica", "ingestor"];

    public IEnumerable<Aim> All() =>
    [
        Ratio(SearchCase.Hot, [SearchCase.NginxCache], 1),
        Ratio(SearchCase.Hot, [SearchCase.NginxPass], 2.5),
        Ratio(SearchCase.Hot, [SearchCase.HotDirect], least: null),
        Ratio(SearchCase.Now, [SearchCase.Hot], 0.8),
        Ratio(SearchCase.NowPrecise, [SearchCase.Hot], 0.9),
        Ratio(SearchCase.Different, [SearchCase.PostgresFew, SearchCase.PostgresMany], 0.5),
        Ratio(SearchCase.Different, [SearchCase.DifferentDirect], least: null),
        .. Open(),
        .. Services.Where(memory.ContainsKey).Select(name => Memory(name, memory[name] / (double)(1 << 20))),
    ];

    /// <summary>To the better of the others.</summary>
    private Aim Ratio(string one, string[] others, double? least)
    {
        var what = $"{one} / {(others.Length == 1 ? others[0] : "pgbench")}";
        var wanted = least is null ? "" : string.Create(CultureInfo.InvariantCulture, $"≥ {least} ×");
        var ratios = measured.Where(each => each.Case == one)
            .SelectMany(each => Best(others, each.Round).Select(best => each.Outcome.Rate / best))
            .ToList();
        return ratios.Count == 0
            ? new(what, "not measured", wanted, null)
            : new(what, string.Create(CultureInfo.InvariantCulture, $"{Median.Of(ratios):0.00} ×"), wanted, least is null ? null : Median.Of(ratios) >= least);
    }

    private IEnumerable<double> Best(string[] others, int round) =>
        measured.Where(each => each.Round == round && others.Contains(each.Case)).Select(each => each.Outcome.Rate).OrderDescending().Take(1);

    private IEnumerable<Aim> Open()
    {
        List<Outcome> loads = [.. measured.Where(each => each.Case == SearchCase.Open).Select(each => each.Outcome)];
        var errors = loads.Sum(load => load.Errors);
        yield return Time("p50", Median.Of(loads.Select(load => load.P50!.Value)), P50Below);
        yield return Time("p99", Median.Of(loads.Select(load => load.P99!.Value)), P99Below);
        yield return new($"{SearchCase.Open}, errors", $"{errors}", "0", errors == 0);
    }

    private static Aim Time(string what, double value, double below) =>
        new($"{SearchCase.Open}, {what}", string.Create(CultureInfo.InvariantCulture, $"{value:0.00} ms"), $"< {below} ms", value < below);

    private static Aim Memory(string name, double megabytes) =>
        new($"{name}, most memory", string.Create(CultureInfo.InvariantCulture, $"{megabytes:0} MB"), $"≤ {MostMegabytes} MB", megabytes <= MostMegabytes);
}
