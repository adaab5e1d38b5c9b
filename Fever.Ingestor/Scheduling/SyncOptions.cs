using System.ComponentModel.DataAnnotations;

namespace Fever.Ingestor.Scheduling;

/// <summary>Section <c>Syncing</c>.</summary>
internal sealed class SyncOptions
{
    /// <summary>How many providers this Ingestor syncs at once; the others wait, or another Ingestor takes them. PostgreSQL must allow it that many connections and 16 more (<c>max_connections</c>). Default: 32.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrency { get; set; } = 32;

    /// <summary>How often this Ingestor asks which providers are due: what a poll may be late by. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan DispatchInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a provider stays with an Ingestor that is not heard of any more; a living one renews its leases at a third of it. Default: 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);
}
