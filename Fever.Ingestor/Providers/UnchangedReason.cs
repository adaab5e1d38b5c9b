namespace Fever.Ingestor.Providers;

/// <summary>How a provider says that its feed is the known one: a closed set.</summary>
internal static class UnchangedReason
{
    /// <summary>It responded with 304.</summary>
    public const string NotModified = "not_modified";

    /// <summary>It sent the whole document again under the same ETag.</summary>
    public const string SameETag = "same_etag";
}
