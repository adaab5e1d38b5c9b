using System.ComponentModel.DataAnnotations;

namespace Fever.SearchApi.Caching;

/// <summary>Section <c>Caching</c>.</summary>
internal sealed class CachingOptions
{
    /// <summary>How often the catalog version is read: how old an answer can be. Default: 500 milliseconds; at the most 600, which with the gateway's 400 makes one second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:00.6")]
    public TimeSpan VersionPollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long Redis keeps an answer. Answers of old versions are kept for the time when the database cannot give newer ones. Default: 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan SharedLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary><c>max-age</c> for caches outside (RFC 9111, 5.2.2.1), which adds to the age an answer may have. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary><c>stale-while-revalidate</c> for caches outside (RFC 5861, 3). Default: 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StaleWhileRevalidate { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary><c>stale-if-error</c> for caches outside (RFC 5861, 4). Default: 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan StaleIfError { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How many bytes of answers each replica keeps by itself, in front of Redis; those of more than 1,000 events count too, although they lie on disk. 0 for none. Default: 48 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long LocalSize { get; set; } = 48 * 1024 * 1024;

    /// <summary>How long Redis may take to read one entry before the answer is made without it. Default: 50 milliseconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long Redis may take to write one entry, which nobody waits for. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan StoreWriteTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long Redis is left alone after a read that failed or was too slow. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan StorePause { get; set; } = TimeSpan.FromSeconds(1);
}
