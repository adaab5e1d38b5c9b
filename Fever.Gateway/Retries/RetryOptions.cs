using System.ComponentModel.DataAnnotations;

namespace Fever.Gateway.Retries;

/// <summary>Section <c>Retries</c>.</summary>
public sealed class RetryOptions
{
    /// <summary>
    /// How many more replicas a failed request may try, each once. Default: 2. A response takes at most
    /// <c>MaxRetries + 1</c> times <see cref="ResponseHeadersTimeout"/> to start.
    /// </summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>
    /// How long a replica may take until the headers of its response arrive. Default: 3 s; longer than it waits for its
    /// database (<c>Database:QueryTimeout</c>), so that an outage of the database is a 503 of the replica.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan ResponseHeadersTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
