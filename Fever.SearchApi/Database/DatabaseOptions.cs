using System.ComponentModel.DataAnnotations;

namespace Fever.SearchApi.Database;

/// <summary>Section <c>Database</c>.</summary>
internal sealed class DatabaseOptions
{
    /// <summary>How long one response may take to come from PostgreSQL, waiting for a connection included; for a large one, the longest time without progress. Default: 2 seconds, shorter than the gateway's timeout, so that an outage yields 503 and the replica stays in rotation.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many read workers answer searches, each on a connection of its own. Default: 3; with two connections for large responses and one for the version, sixteen replicas fit into the hundred that PostgreSQL allows by default.</summary>
    [Range(1, 100)]
    public int ReadWorkers { get; set; } = 3;

    /// <summary>The most events in one response; a range with more of them is refused, and has to be read in pages. Default: 250,000, about 15 MB compressed.</summary>
    [Range(1000, 10_000_000)]
    public int MaxEvents { get; set; } = 250_000;

    /// <summary>The most bytes of large responses, compressed, that are being made or sent at the same time. Beyond it new ones are refused for the moment. Default: 40 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long MaxBytesInUse { get; set; } = 40 * 1024 * 1024;
}
