namespace Fever.Ingestor.Feeds;

/// <summary>Why a poll did not give a whole feed: a closed set, for the table <c>syncs</c>, metrics and alerts.</summary>
internal enum FeedFault
{
    /// <summary>No connection, or one that closed before a response came.</summary>
    Unreachable,

    /// <summary>An HTTP status that is not a success.</summary>
    Refused,

    /// <summary>An address that Fever does not connect to: another scheme, or a network that is not allowed.</summary>
    ForbiddenAddress,

    /// <summary>Too many redirects, or one without a target or from https to http.</summary>
    Redirect,

    /// <summary>Connecting, the first byte or the whole feed took too long, or the bytes came too slowly.</summary>
    Timeout,

    /// <summary>A body that ended or broke off before its announced length.</summary>
    Interrupted,

    /// <summary>A content coding that was not asked for, or content that is not in its coding.</summary>
    Encoding,

    /// <summary>More bytes than allowed, on the wire or unpacked.</summary>
    TooLarge,

    /// <summary>Compressed further than feeds compress: a decompression bomb.</summary>
    CompressionBomb,

    /// <summary>From some point on not a document of its format; or not one at all.</summary>
    Malformed,

    /// <summary>Elements nested too deeply.</summary>
    TooDeep,

    /// <summary>A tag, value or name that is longer than allowed, or too many different names.</summary>
    TokenTooLong,

    /// <summary>More records than allowed.</summary>
    TooManyRecords,
}

/// <summary>Something that a provider did. It ends the reading of this feed and nothing else; the message says what was wrong and what is accepted.</summary>
internal sealed class FeedException(FeedFault fault, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public FeedFault Fault { get; } = fault;

    /// <summary>How long the provider asks not to be polled; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
