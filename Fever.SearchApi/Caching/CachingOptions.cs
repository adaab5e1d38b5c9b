using System.ComponentModel.DataAnnotations;

namespace Fever.SearchApi.Caching;

/// <summary>Section <c>Caching</c>.</summary>
internal sealed class CachingOptions
{
    /// <summary>How often the catalog version is read: how old an answer can be. Default: 500 milliseconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:01")]
    public TimeSpan VersionPollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long Redis keeps an answer. Answers never go stale; this only clears away those of old versions. Default: 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan EntryLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the last answer to a range is kept, for the time when the database cannot give a newer one. Default: 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan LastAnswerLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How many bytes of answers each replica keeps in its own memory, in front of Redis; 0 for none. Default: 64 MiB.</summary>
    [Range(0, int.MaxValue)]
    public int LocalSize { get; set; } = 64 * 1024 * 1024;

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
