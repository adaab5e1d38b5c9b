using System.ComponentModel.DataAnnotations;

namespace Fever.Gateway.Routing;

/// <summary>Section <c>Forwarding</c>.</summary>
public sealed class ForwardingOptions
{
    /// <summary>
    /// How long a replica may take until the headers of its response arrive. Default: 3 s; longer than it waits for its
    /// database (<c>Database:QueryTimeout</c>), so that an outage of the database is a 503 of the replica.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan ResponseHeadersTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
