using System.Diagnostics;
using System.Globalization;

namespace Fever.Bench;

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
    public long WorkingSet() => Bytes("status", "VmRSS:");

    /// <summary>VmHWM: the most that it ever had there.</summary>
    public long PeakWorkingSet() => Bytes("status", "VmHWM:");

    /// <summary>Pss: bytes in RAM, of those that processes share only its part. Zero when it has just ended.</summary>
    public long ProportionalSet()
    {
        try
        {
            return Bytes("smaps_rollup", "Pss:");
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return 0;
        }
    }

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

    private long Bytes(string file, string name) => File.ReadLines($"/proc/{process}/{file}")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024)
        .Single();
}
