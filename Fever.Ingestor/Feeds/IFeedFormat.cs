namespace Fever.Ingestor.Feeds;

/// <summary>
/// A way to write a feed down. Reads forward only and synchronously, on a thread of its own: an asynchronous
/// parser would pay for a state machine at each of a million elements.
/// </summary>
internal interface IFeedFormat
{
    /// <summary>What a provider's <c>Format</c> names it.</summary>
    string Name { get; }

    /// <summary>The records of a document in their order, each as soon as it is read; nothing but one record is kept in memory.</summary>
    /// <exception cref="FeedException">From here on the document cannot be read; the records up to here have been returned.</exception>
    IEnumerable<FeedRecord> Read(Stream document, FeedLimits limits);
}
