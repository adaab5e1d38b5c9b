using System.Diagnostics;
using System.Globalization;

namespace Fever.Bench.Ingest;

/// <summary>What a process uses, as the kernel counts it: proc(5).</summary>
internal sealed class Usage(int process)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Seconds of processor time since it was started.</summary>
    public double Processor()
    {
        using var counted = Process.GetProcessById(process);
        return counted.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>VmRSS: bytes that it has in RAM.</summary>
    public long WorkingSet() => File.ReadLines($"/proc/{process}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024)
        .Single();

    /// <summary>Does the work and looks what the most is meanwhile.</summary>
    public async Task<(T Result, long Peak)> WatchAsync<T>(Func<Task<T>> work)
    {
        using var over = new CancellationTokenSource();
        var peak = PeakAsync(over.Token);
        try
        {
            return (await work(), await EndAsync());
        }
        finally
        {
            await EndAsync();
        }

        async Task<long> EndAsync()
        {
            await over.CancelAsync();
            return await peak;
        }
    }

    private async Task<long> PeakAsync(CancellationToken over)
    {
        var peak = WorkingSet();
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(Interval, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            peak = Math.Max(peak, WorkingSet());
        }

        return peak;
    }
}
