using Fever.SearchApi.Telemetry;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.OutputCaching;

/// <summary>
/// Protects from a Redis that is slow, hangs or is gone: a command has a time limit, and after a read that failed no
/// command is sent for a while (the circuit is open). Then one read tries, for everybody (half open). Never throws, never
/// blocks the caller: commands run on threads of the pool, because clients of Redis block theirs while they connect.
/// </summary>
internal sealed partial class RedisCircuitBreaker(
    IOutputCacheStore store, IOptions<OutputCachingOptions> options, TimeProvider time, SearchMetrics metrics, ILogger<RedisCircuitBreaker> logger)
{
    private const long Closed = 0;

    // The timestamp at which an open circuit becomes half open.
    private long _openUntil = Closed;

    /// <summary>Gives null when Redis does not have the entry, or does not answer.</summary>
    public async ValueTask<byte[]?> GetAsync(string key)
    {
        if (!MayRead())
        {
            return null;
        }

        try
        {
            var entry = await Task.Run(() => store.GetAsync(key, CancellationToken.None).AsTask()).WaitAsync(options.Value.RedisReadTimeout, time);
            CloseCircuit();
            return entry;
        }
        catch (Exception exception)
        {
            OpenCircuit(exception);
            return null;
        }
    }

    /// <summary>Says whether the entry was written. A write that fails does not open the circuit: a large entry takes its time.</summary>
    public async ValueTask<bool> TrySetAsync(string key, byte[] entry)
    {
        if (Volatile.Read(ref _openUntil) != Closed)
        {
            return false;
        }

        try
        {
            await Task.Run(() => store.SetAsync(key, entry, tags: null, options.Value.RedisLifetime, CancellationToken.None).AsTask())
                .WaitAsync(options.Value.RedisWriteTimeout, time);
            return true;
        }
        catch (Exception)
        {
            metrics.RedisFailure("set");
            return false;
        }
    }

    private bool MayRead()
    {
        var until = Volatile.Read(ref _openUntil);
        return until == Closed
            || (time.GetTimestamp() >= until && Interlocked.CompareExchange(ref _openUntil, EndOfPause(), until) == until);
    }

    private void OpenCircuit(Exception exception)
    {
        metrics.RedisFailure("get");
        if (Interlocked.Exchange(ref _openUntil, EndOfPause()) == Closed)
        {
            Log.Opened(logger, exception.Message);
        }
    }

    private void CloseCircuit()
    {
        if (Volatile.Read(ref _openUntil) != Closed && Interlocked.Exchange(ref _openUntil, Closed) != Closed)
        {
            Log.Closed(logger);
        }
    }

    private long EndOfPause() => time.GetTimestamp() + (long)(options.Value.RedisPause.TotalSeconds * time.TimestampFrequency);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis cannot be read; answering without it: {Reason}")]
        public static partial void Opened(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Redis can be read again")]
        public static partial void Closed(ILogger logger);
    }
}
