using System.Globalization;
using Fever.Testing;

namespace Fever.Bench.Search.Loads;

/// <summary>wrk: one thread, 32 connections that each ask again as soon as they are answered.</summary>
internal sealed class Wrk(Tool program, TemporaryFolder folder)
{
    private const int Connections = 32;
    private const string Mark = "fever:";

    private const string Done = """

        done = function(summary, latency, requests)
          local e = summary.errors
          io.write(string.format("fever: %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
            e.connect + e.read + e.write + e.status + e.timeout, summary.bytes,
            latency:percentile(50), latency:percentile(99), latency.max))
        end
        """;

    private static readonly Dictionary<string, string> NoEnvironment = [];

    /// <param name="url">Asked for when the script makes no requests of its own.</param>
    /// <param name="script">Lua; empty for none.</param>
    /// <param name="headers">Of the requests that wrk makes, not of the script's.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Outcome> RunAsync(Uri url, string script, IEnumerable<string> headers, int seconds, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder.Path, "load.lua");
        await File.WriteAllTextAsync(file, script + Done, cancellationToken);
        string[] arguments =
        [
            "--threads", "1", "--connections", $"{Connections}", "--duration", $"{seconds}s", "--timeout", "2s", "--script", file,
            .. headers.SelectMany(header => (string[])["--header", header]), url.AbsoluteUri,
        ];
        var output = await program.RunAsync(arguments, NoEnvironment, cancellationToken);
        return output.Split('\n').FirstOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal)) is { } line
            ? Read([.. line[Mark.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => long.Parse(number, CultureInfo.InvariantCulture))])
            : throw new BenchException($"wrk said nothing of what it measured: {output}");
    }

    // Everything in microseconds.
    private static Outcome Read(long[] numbers) => new(numbers[0], numbers[1] / 1e6, numbers[2], numbers[3])
    {
        P50 = numbers[4] / 1e3,
        P99 = numbers[5] / 1e3,
        Max = numbers[6] / 1e3,
    };
}
