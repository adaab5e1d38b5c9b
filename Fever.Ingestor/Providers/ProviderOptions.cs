using System.ComponentModel.DataAnnotations;

namespace Fever.Ingestor.Providers;

/// <summary>One provider: an entry of the configuration list <c>Providers</c> (<c>Providers__0__Name</c>, …).</summary>
public sealed class ProviderOptions
{
    /// <summary>Unique, and part of every event's identity: renaming a provider makes its events new ones. Lower-case letters, digits and dashes.</summary>
    [Required, RegularExpression("[a-z0-9-]{1,50}", ErrorMessage = "must be 1 to 50 lower-case letters, digits and dashes")]
    public string Name { get; set; } = "";

    /// <summary>Where the feed is: an absolute http or https address, whose host may be a service-discovery name.</summary>
    [Required, HttpAddress]
    public string Url { get; set; } = "";

    /// <summary>Seconds from the start of one poll to the start of the next. Default: 300.</summary>
    [Range(1, 86_400, ErrorMessage = "must be {1} to {2} seconds")]
    public int Interval { get; set; } = 300;

    /// <summary>IANA time zone that the feed's local times are in. Default: UTC.</summary>
    [Required, TimeZoneId]
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Seconds for one poll, from the first connection attempt to the last byte read. Default: 60.</summary>
    [Range(1, 3_600, ErrorMessage = "must be {1} to {2} seconds")]
    public int Timeout { get; set; } = 60;

    /// <summary>Further attempts when a poll does not get an answer. Default: 3.</summary>
    [Range(0, 10, ErrorMessage = "must be {1} to {2}")]
    public int Retries { get; set; } = 3;

    /// <summary>Where in the configuration this is.</summary>
    internal string Key { get; set; } = "Providers";
}

/// <summary>The configuration list <c>Providers</c>.</summary>
public sealed class ProvidersOptions
{
    /// <summary>Default: none, so that nothing is polled.</summary>
    public IList<ProviderOptions> Providers { get; } = [];

    /// <summary>Entries that could not be read at all.</summary>
    internal IList<string> Faults { get; } = [];

    /// <summary>The framework's own binding would silently leave out an entry with an unreadable number.</summary>
    internal void Read(IConfigurationSection list)
    {
        foreach (var entry in list.GetChildren())
        {
            try
            {
                var provider = entry.Get<ProviderOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new ProviderOptions();
                provider.Key = entry.Path;
                Providers.Add(provider);
            }
            catch (InvalidOperationException exception)
            {
                Faults.Add($"{entry.Path}: {exception.Message}");
            }
        }
    }
}
