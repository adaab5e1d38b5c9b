using System.Globalization;

namespace Fever.Bench.Ingest;

/// <summary>The memory that a process has in RAM, as the kernel counts it: VmRSS, proc(5).</summary>
internal sealed class WorkingSet(int process)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public long Now() => File.ReadLines($"/proc/{process}/status")
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
        var peak = Now();
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(Interval, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            peak = Math.Max(peak, Now());
        }

        return peak;
    }
}
