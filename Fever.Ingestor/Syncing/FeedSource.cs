using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>What the observations of a feed depend on apart from its bytes. When it changes, an unchanged feed is news all the same.</summary>
internal static class FeedSource
{
    // Raised when the same document would give other observations than before.
    private const int ReaderVersion = 2;

    public static string Of(ProviderOptions provider) =>
        string.Join(' ', ReaderVersion, provider.Format, provider.TimeZone, provider.Url);
}
