using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Feeds;

/// <summary>A provider's words in a message of ours: cut short, and without what could forge a line of a log or be refused by the database.</summary>
internal static class Quoted
{
    public static string Of(string? words) => string.Concat(FeedText.Storable(words.Truncate()).Select(letter => char.IsControl(letter) ? '?' : letter));

    /// <summary>Scheme, host and port: neither a password nor a signed path belongs in a log.</summary>
    public static string Of(Uri address) => Of(address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped));
}
