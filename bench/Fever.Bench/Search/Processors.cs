using System.Globalization;
using Fever.Testing;

namespace Fever.Bench.Search;

/// <summary>Processor time of everything that has a part in an answer, and the memory of each.</summary>
/// <remarks>
/// Of PostgreSQL and nginx all processes together, those that have ended too: the kernel adds them to their parent's
/// account. The load generator's is this process's, with the programs that it ran and that have ended.
/// </remarks>
internal sealed class Processors(IReadOnlyDictionary<string, int> processes)
{
    public const string Generator = "generator";

    // USER_HZ: what proc(5) counts in, on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    private readonly Dictionary<string, long> _shared = [];

    public IEnumerable<string> Names => processes.Keys.Append(Generator);

    /// <summary>Seconds since each was started.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        var times = processes.ToDictionary(each => each.Key, each => OfFamily(each.Value));
        times[Generator] = Ended(Environment.ProcessId);
        return times;
    }

    /// <summary>Looks what those of many processes take now; of the others the kernel knows the most.</summary>
    public void Sample()
    {
        foreach (var (name, id) in processes)
        {
            var now = Processes.DescendantsOf(id).Prepend(id).Sum(each => new Usage(each).ProportionalSet());
            _shared[name] = Math.Max(_shared.GetValueOrDefault(name), now);
        }
    }

    /// <summary>The most memory of each, in bytes.</summary>
    public IReadOnlyDictionary<string, long> Memory() => processes.ToDictionary(
        each => each.Key,
        each => Processes.DescendantsOf(each.Value).Count == 0 ? new Usage(each.Value).PeakWorkingSet() : _shared.GetValueOrDefault(each.Key));

    private static double OfFamily(int id) => Ended(id) + Processes.DescendantsOf(id).Sum(Ended);

    /// <summary>Its own, and its children's that have ended: utime, stime, cutime and cstime of proc(5).</summary>
    private static double Ended(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[11..15]
                .Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
        catch (IOException)
        {
            // It has ended since it was found; its parent has its time now.
            return 0;
        }
    }
}
