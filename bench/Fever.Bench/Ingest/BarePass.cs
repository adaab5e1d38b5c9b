using System.Diagnostics;
using System.Xml;

namespace Fever.Bench.Ingest;

/// <summary>What no reader of the feed can be faster than: one synchronous pass of an <see cref="XmlReader"/> with default settings over the file.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="Processor">Seconds of processor time.</param>
internal sealed record BarePass(double Seconds, double Processor)
{
    private const int Times = 5;

    public static BarePass Measure(string file, CancellationToken cancellationToken)
    {
        var passes = new List<BarePass>();
        for (var time = 0; time < Times; time++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            passes.Add(Once(file));
        }

        return MedianOf(passes);
    }

    public static BarePass MedianOf(IReadOnlyList<BarePass> passes) =>
        new(Median.Of(passes.Select(pass => pass.Seconds)), Median.Of(passes.Select(pass => pass.Processor)));

    private static BarePass Once(string file)
    {
        var (began, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        using var stream = File.OpenRead(file);
        using var reader = XmlReader.Create(stream);
        while (reader.Read())
        {
        }

        return new(Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds);
    }
}
