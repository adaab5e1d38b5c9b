using System.ComponentModel.DataAnnotations;

namespace Fever.SearchApi.Search;

/// <summary>Section <c>Search</c>.</summary>
internal sealed class SearchOptions
{
    /// <summary>How long one answer may take to come from PostgreSQL, waiting for a connection included; a large one: to begin, and to go on. Default: 2 seconds, less than the gateway waits for a replica: one without a database is to say so, not to look dead.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many connections answer searches, in batches. Default: 3; with two for large answers and one for the version, sixteen replicas fit into the hundred that PostgreSQL allows by default.</summary>
    [Range(1, 100)]
    public int Lanes { get; set; } = 3;
}
