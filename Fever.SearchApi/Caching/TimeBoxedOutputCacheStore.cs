using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Caching;

/// <summary>
/// Makes a cache that is slow, hung or gone into a cache that has nothing: a command has a few milliseconds, and
/// after one that failed the store is left alone for a while. Never throws, never blocks the caller.
/// </summary>
internal sealed partial class TimeBoxedOutputCacheStore(
    IOutputCacheStore store,
    IOptions<CachingOptions> options,
    TimeProvider time,
    SearchMetrics metrics,
    ILogger<TimeBoxedOutputCacheStore> logger) : IOutputCacheStore
{
    private const long Open = 0;

    private long _pausedUntil = Open;

    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
    {
        if (!MayTry())
        {
            return null;
        }

        try
        {
            // Clients block their caller while they connect, hence a thread of its own. Not the caller's token: the
            // output cache shares one lookup among callers, and the first may leave.
            var value = await Task.Run(async () => await store.GetAsync(key, CancellationToken.None), CancellationToken.None)
                .WaitAsync(options.Value.StoreTimeout, time, CancellationToken.None);
            Resume();
            return value;
        }
        catch (Exception exception)
        {
            Pause(exception);
            return null;
        }
    }

    /// <summary>A write that fails costs a later miss, and says nothing about reads: a large answer takes its time.</summary>
    public async ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _pausedUntil) != Open)
        {
            return;
        }

        try
        {
            await Task.Run(async () => await store.SetAsync(key, value, tags, validFor, CancellationToken.None), CancellationToken.None)
                .WaitAsync(options.Value.StoreWriteTimeout, time, cancellationToken);
        }
        catch (Exception)
        {
            metrics.StoreFailure("set");
        }
    }

    /// <summary>Nothing is ever evicted: a new version asks under new names.</summary>
    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>When the pause is over one caller tries, for everyone, while the others go on without.</summary>
    private bool MayTry()
    {
        var until = Volatile.Read(ref _pausedUntil);
        return until == Open
            || (time.GetTimestamp() >= until && Interlocked.CompareExchange(ref _pausedUntil, EndOfPause(), until) == until);
    }

    private void Pause(Exception exception)
    {
        metrics.StoreFailure("get");
        if (Interlocked.Exchange(ref _pausedUntil, EndOfPause()) == Open)
        {
            Log.Paused(logger, exception.Message);
        }
    }

    private void Resume()
    {
        if (Volatile.Read(ref _pausedUntil) != Open && Interlocked.Exchange(ref _pausedUntil, Open) != Open)
        {
            Log.Resumed(logger);
        }
    }

    private long EndOfPause() =>
        time.GetTimestamp() + (long)(options.Value.StorePause.TotalSeconds * time.TimestampFrequency);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The cache cannot be read; answering without it: {Reason}")]
        public static partial void Paused(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "The cache is back")]
        public static partial void Resumed(ILogger logger);
    }
}
