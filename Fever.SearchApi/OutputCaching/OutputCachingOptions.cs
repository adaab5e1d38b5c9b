using System.ComponentModel.DataAnnotations;

namespace Fever.SearchApi.OutputCaching;

/// <summary>Section <c>OutputCaching</c>.</summary>
internal sealed class OutputCachingOptions
{
    /// <summary>How many bytes of responses each replica keeps in memory, in front of Redis. 0 for none. Default: 48 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long MemorySize { get; set; } = 48 * 1024 * 1024;

    /// <summary>How long Redis keeps a response. Those of old versions serve while the database cannot be read. Default: 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan RedisLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The longest entry that is written to Redis, in bytes. Default: 1 MiB.</summary>
    [Range(0, 512 * 1024 * 1024)]
    public int RedisMaxEntrySize { get; set; } = 1024 * 1024;

    /// <summary>How many bytes of entries may wait to be written to Redis. What does not fit is written when it is asked for again. Default: 8 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long RedisQueueSize { get; set; } = 8 * 1024 * 1024;

    /// <summary>How long Redis may take to read one entry before the response is made without it. Default: 50 milliseconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RedisReadTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long Redis may take to write one entry, which no request waits for. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RedisWriteTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long no command is sent after a read that failed or was too slow. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RedisPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary><c>max-age</c> for downstream caches (RFC 9111, 5.2.2.1), which adds to the age that a response may have. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary><c>stale-while-revalidate</c> for downstream caches (RFC 5861, 3). Default: 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StaleWhileRevalidate { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary><c>stale-if-error</c> for downstream caches (RFC 5861, 4). Default: 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan StaleIfError { get; set; } = TimeSpan.FromDays(1);
}
