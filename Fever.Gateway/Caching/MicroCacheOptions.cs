using System.ComponentModel.DataAnnotations;

namespace Fever.Gateway.Caching;

/// <summary>Section <c>MicroCache</c>.</summary>
public sealed class MicroCacheOptions
{
    /// <summary>
    /// How long a stored response may be sent. Default: 250 ms; 0 switches the cache off. A replica polls for new
    /// versions every 500 ms, and a response may be at most one second behind the catalog: hence the limit of 400 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.400")]
    public TimeSpan Duration { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a request may wait for the response to another one that was forwarded for the same key. Default: 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes of responses in one generation; there are two. What does not fit is not stored. Default: 16 MiB.</summary>
    [Range(0, 1024 * 1024 * 1024)]
    public int Size { get; set; } = 16 * 1024 * 1024;

    /// <summary>Bytes of the longest body that is stored. Default: 2 MiB.</summary>
    [Range(0, 16 * 1024 * 1024)]
    public int MaxResponseSize { get; set; } = 2 * 1024 * 1024;
}
