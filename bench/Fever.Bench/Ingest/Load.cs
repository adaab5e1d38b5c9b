using System.Diagnostics;
using System.Net;

namespace Fever.Bench.Ingest;

/// <summary>What a number of callers met, each asking again as soon as it was answered.</summary>
internal sealed record Load(double Rate, double P50, double P99)
{
    private const int Callers = 8;

    /// <exception cref="BenchException">An answer was not 200.</exception>
    public static async Task<Load> RunAsync(HttpClient client, Func<string> nextPath, TimeSpan duration, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var callers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync, cancellationToken)));
        double[] ordered = [.. callers.SelectMany(times => times).Order()];
        return new(ordered.Length / duration.TotalSeconds, Median.Quantile(ordered, 0.5), Median.Quantile(ordered, 0.99));

        async Task<List<double>> CallAsync()
        {
            var milliseconds = new List<double>();
            while (Stopwatch.GetElapsedTime(began) < duration)
            {
                var path = nextPath();
                var asked = Stopwatch.GetTimestamp();
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
                milliseconds.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    throw new BenchException($"{path} was answered {(int)answer.StatusCode}");
                }
            }

            return milliseconds;
        }
    }
}
