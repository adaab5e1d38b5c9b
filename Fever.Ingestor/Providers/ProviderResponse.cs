namespace Fever.Ingestor.Providers;

/// <summary>How a provider says that its feed has not changed.</summary>
internal enum UnchangedReason
{
    /// <summary>It responded with 304.</summary>
    NotModified,

    /// <summary>It sent the whole feed again, with the known ETag.</summary>
    SameEtag,
}

/// <summary>A provider's response to a poll: either a feed to read, or that the feed has not changed.</summary>
internal sealed class ProviderResponse(HttpResponseMessage message, TimeLimit poll, ProviderResponseBody? body = null) : IAsyncDisposable
{
    /// <summary>Null when there is a feed to read.</summary>
    public UnchangedReason? UnchangedReason { get; init; }

    /// <summary>To be sent with the next poll, once the feed has been read to its end.</summary>
    public required Validators Validators { get; init; }

    /// <summary>How long the provider asks not to be polled; null when it does not.</summary>
    public TimeSpan? MaxAge { get; } = RetryAfter.FromMaxAge(message);

    /// <summary>The encoding of the feed by its <c>Content-Type</c>, which counts before what the feed declares (RFC 7303 §3.2).</summary>
    public string? Charset { get; } = message.Content.Headers.ContentType?.CharSet;

    /// <summary>The feed, decompressed. A <see cref="Feeds.FeedException"/> ends it when the provider fails or a limit is reached.</summary>
    public Stream Body => (Stream?)body?.Decompressed ?? Stream.Null;

    /// <summary>Decompressed so far.</summary>
    public long Bytes => body?.Decompressed.BytesRead ?? 0;

    /// <summary>Received so far.</summary>
    public long CompressedBytes => body?.Received.BytesRead ?? 0;

    public ValueTask DisposeAsync()
    {
        body?.Dispose();
        message.Dispose();
        poll.Dispose();
        return default;
    }
}
