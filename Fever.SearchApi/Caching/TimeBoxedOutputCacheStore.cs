using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Caching;

/// <summary>
/// Makes a cache that is slow, hung or gone into a cache that has nothing: a command has a few milliseconds, and
/// after one that failed the store is left alone for a while. Never throws, never blocks the caller.
/// </summary>
/// <remarks>
/// Does not offer <see cref="IOutputCacheBufferStore"/>, whose pooled buffers could not outlive the request: writing
/// goes on after the answer has been sent.
/// </remarks>
internal sealed partial class TimeBoxedOutputCacheStore(
    IOutputCacheStore store,
    IOptions<CachingOptions> options,
    TimeProvider time,
    SearchMetrics metrics,
    ILogger<TimeBoxedOutputCacheStore> logger) : IOutputCacheStore
{
    private const long Open = 0;

    private long _pausedUntil = Open;

    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) =>
        // Not the caller's token: the output cache shares one lookup among callers, and the first may leave.
        await RunAsync("get", async () => await store.GetAsync(key, CancellationToken.None));

    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        _ = RunAsync("set", async () =>
        {
            await store.SetAsync(key, value, tags, validFor, CancellationToken.None);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public async ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) =>
        await RunAsync("evict", async () =>
        {
            await store.EvictByTagAsync(tag, CancellationToken.None);
            return true;
        });

    private async Task<T?> RunAsync<T>(string operation, Func<Task<T>> command)
    {
        if (!MayTry())
        {
            return default;
        }

        try
        {
            // Clients block their caller while they connect, hence a thread of its own.
            var result = await Task.Run(command).WaitAsync(options.Value.StoreTimeout, time);
            Resume();
            return result;
        }
        catch (Exception exception)
        {
            Pause(operation, exception);
            return default;
        }
    }

    /// <summary>When the pause is over one caller tries, for everyone, while the others go on without.</summary>
    private bool MayTry()
    {
        var until = Volatile.Read(ref _pausedUntil);
        return until == Open
            || (time.GetTimestamp() >= until && Interlocked.CompareExchange(ref _pausedUntil, EndOfPause(), until) == until);
    }

    private void Pause(string operation, Exception exception)
    {
        metrics.StoreFailure(operation);
        if (Interlocked.Exchange(ref _pausedUntil, EndOfPause()) == Open)
        {
            Log.Paused(logger, operation, exception.Message);
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
        [LoggerMessage(Level = LogLevel.Warning, Message = "The cache failed to {Operation}; answering without it: {Reason}")]
        public static partial void Paused(ILogger logger, string operation, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "The cache is back")]
        public static partial void Resumed(ILogger logger);
    }
}
