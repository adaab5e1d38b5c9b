using System.ComponentModel.DataAnnotations;

namespace Fever.Gateway.Retries;

/// <summary>Section <c>Retries</c>.</summary>
public sealed class RetryOptions
{
    /// <summary>
    /// How many more replicas a failed request may try, each once. Default: 2. A response takes at most
    /// <c>MaxRetries + 1</c> times <c>Forwarding:ResponseHeadersTimeout</c> to start.
    /// </summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;
}
