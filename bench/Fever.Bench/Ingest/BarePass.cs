using System.Diagnostics;
using System.Xml;

namespace Fever.Bench.Ingest;

/// <summary>What no reader of the feed can be faster than: one synchronous pass of an <see cref="XmlReader"/> with default settings over the file.</summary>
internal static class BarePass
{
    private const int Times = 5;

    public static double MedianSeconds(string file, CancellationToken cancellationToken) =>
        Median.Of(Enumerable.Range(0, Times).Select(_ =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Seconds(file);
        }));

    private static double Seconds(string file)
    {
        var began = Stopwatch.GetTimestamp();
        using var stream = File.OpenRead(file);
        using var reader = XmlReader.Create(stream);
        while (reader.Read())
        {
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
