using System.ComponentModel.DataAnnotations;

namespace Fever.SearchApi.Catalog;

/// <summary>Section <c>Catalog</c>.</summary>
internal sealed class CatalogOptions
{
    /// <summary>How often the catalog version is read: how old a response can be. Default: 500 milliseconds; at most 600, which with the gateway's 400 makes one second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:00.6")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);
}
