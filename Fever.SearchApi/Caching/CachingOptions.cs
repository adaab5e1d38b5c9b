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

    /// <summary>How long Redis may take for one command before the answer is made without it. Default: 50 milliseconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long Redis is left alone after it failed or was too slow. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan StorePause { get; set; } = TimeSpan.FromSeconds(1);
}
