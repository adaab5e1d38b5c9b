using System.ComponentModel.DataAnnotations;

namespace Fever.SearchApi.Search;

/// <summary>Section <c>Search</c>.</summary>
internal sealed class SearchOptions
{
    /// <summary>How long one answer may take to come from PostgreSQL, waiting for a connection included. Default: 2 seconds, less than the gateway waits for a replica: one without a database is to say so, not to look dead.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
