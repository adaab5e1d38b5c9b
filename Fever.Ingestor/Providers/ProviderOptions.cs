using System.ComponentModel.DataAnnotations;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>One provider: an entry of the configuration list <c>Providers</c> (<c>Providers__0__Name</c>, …).</summary>
public sealed class ProviderOptions
{
    /// <summary>Unique, and part of every event's identity: renaming a provider makes its events new ones. Lower-case letters, digits and dashes.</summary>
    [Required, RegularExpression("[a-z0-9-]{1,50}", ErrorMessage = "must be 1 to 50 lower-case letters, digits and dashes")]
    public string Name { get; set; } = "";

    /// <summary>The address of the feed: absolute, http or https. Its host may be a service-discovery name.</summary>
    [Required, HttpAddress]
    public string Url { get; set; } = "";

    /// <summary>Seconds from the start of one poll to the start of the next. Default: 300.</summary>
    [Range(1, 86_400, ErrorMessage = "must be {1} to {2} seconds")]
    public int Interval { get; set; } = 300;

    /// <summary>IANA time zone that the feed's local times are in. Default: UTC.</summary>
    [Required, TimeZoneId]
    public string TimeZone { get; set; } = "UTC";

    /// <summary>The feed's format: <c>planlist-xml</c> or <c>planlist-ndjson</c>. Default: planlist-xml.</summary>
    [Required, FeedFormat]
    public string Format { get; set; } = "planlist-xml";

    /// <summary>Seconds for one poll, from the first connection attempt to the last byte read. Default: 300.</summary>
    [Range(1, 3_600, ErrorMessage = "must be {1} to {2} seconds")]
    public int Timeout { get; set; } = 300;

    /// <summary>Retries when a poll gets no response, or one that says that the provider has a passing problem. Default: 3.</summary>
    [Range(0, 10, ErrorMessage = "must be {1} to {2}")]
    public int Retries { get; set; } = 3;

    /// <summary>Seconds that the next poll may be put off at the most, by failures, <c>Retry-After</c> (RFC 9110 §10.2.3) or <c>max-age</c> (RFC 9111 §5.2.2.1). Default: 3,600; at least <see cref="Interval"/> applies.</summary>
    [Range(1, 604_800, ErrorMessage = "must be {1} to {2} seconds")]
    public int MaxWait { get; set; } = 3_600;

    /// <summary>Seconds after which a feed is read in full again although its provider says that it has not changed. Default: 86,400.</summary>
    [Range(0, 31_536_000, ErrorMessage = "must be {1} to {2} seconds")]
    public int RevalidateAfter { get; set; } = 86_400;

    /// <summary>The share of bad records above which nothing of a feed is applied. Default: 0.5; 1 applies whatever can be read.</summary>
    [Range(0.0, 1.0, ErrorMessage = "must be {1} to {2}")]
    public double MaxRejectShare { get; set; } = 0.5;

    /// <summary>Whether a feed without records after one with records means that everything has vanished. Default: false, and nothing of such a feed is applied.</summary>
    public bool AllowEmpty { get; set; }

    /// <summary>Networks that are not public and yet may be connected to, such as <c>10.1.0.0/16</c>. Default: none; in Development loopback.</summary>
    [Networks]
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>What one poll may cost.</summary>
    public FeedLimits Limits { get; } = new();

    /// <summary>The path of this entry in the configuration.</summary>
    internal string Key { get; set; } = "Providers";
}

/// <summary>The configuration list <c>Providers</c>.</summary>
public sealed class ProvidersOptions
{
    /// <summary>Default: none, and nothing is polled.</summary>
    public IList<ProviderOptions> Providers { get; } = [];

    /// <summary>Why entries could not be read.</summary>
    internal IList<string> Faults { get; } = [];

    /// <summary>Reads one entry after the other, because the framework's binding of lists silently leaves out an entry with an unreadable number.</summary>
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
