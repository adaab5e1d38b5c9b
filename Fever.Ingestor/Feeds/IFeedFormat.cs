namespace Fever.Ingestor.Feeds;

/// <summary>
/// A format that feeds are written in. It is read forward only and synchronously, on a thread of its own: an
/// asynchronous parser would pay for a state machine at each of a million elements.
/// </summary>
internal interface IFeedFormat
{
    /// <summary>The value of a provider's <c>Format</c>.</summary>
    string Name { get; }

    /// <summary>Returns the records of a document in their order, each as soon as it has been read; only one of them is in memory.</summary>
    /// <param name="document">The bytes of the feed.</param>
    /// <param name="charset">The <c>charset</c> of the response's <c>Content-Type</c>, if it had one.</param>
    /// <param name="limits">What reading the document may cost.</param>
    /// <exception cref="FeedException">The rest of the document cannot be read; the records before it have been returned.</exception>
    IEnumerable<FeedRecord> Read(Stream document, string? charset, FeedLimits limits);
}
