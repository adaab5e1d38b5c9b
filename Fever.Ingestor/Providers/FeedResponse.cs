namespace Fever.Ingestor.Providers;

/// <summary>A provider's answer to a poll: a feed to read, or word that it is the known one. Whoever reads it need not hurry: only the poll's whole time goes on.</summary>
internal sealed class FeedResponse(HttpResponseMessage answer, PollDeadline deadline, Validators validators) : IAsyncDisposable
{
    /// <summary>How the provider says that the feed is the known one; null when it does not.</summary>
    public string? UnchangedBecause { get; init; }

    public bool IsUnchanged => UnchangedBecause is not null;

    /// <summary>To be sent along with the next poll, once this feed has been read whole.</summary>
    public Validators Validators { get; } = validators;

    /// <summary>For how much longer the answer is fresh; null when that is not said, or when it is not to be kept.</summary>
    public TimeSpan? MaxAge { get; } = Patience.MaxAge(answer);

    /// <summary>The feed, unpacked: to be read asynchronously, and ended by a <see cref="Feeds.FeedException"/> where the provider or a limit ends it.</summary>
    public Stream Body => (Stream?)Unpacked ?? Stream.Null;

    public long Bytes => Unpacked?.Bytes ?? 0;

    /// <summary>As they came over the wire.</summary>
    public long CompressedBytes => Unpacked?.Wire.Bytes ?? 0;

    internal FeedBody? Unpacked { get; init; }

    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        answer.Dispose();
        deadline.Dispose();
    }
}
