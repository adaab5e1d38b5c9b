using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>
/// The right to sync a provider, and what is known of it. The fencing token rises with every lease of a provider: the
/// holder of an older lease can write nothing any more
/// (https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html).
/// </summary>
/// <param name="Name">The provider's.</param>
/// <param name="FencingToken">Number of this lease.</param>
/// <param name="StartedAt">By the database's clock.</param>
/// <param name="Failures">Polls in a row that the provider failed.</param>
/// <param name="Source">What the last complete feed was read from; null when there was none.</param>
/// <param name="ETag">Of the last complete feed.</param>
/// <param name="LastModified">Of the last complete feed.</param>
/// <param name="BodyHash">SHA-256 of the last complete feed.</param>
/// <param name="Records">In the last complete feed.</param>
/// <param name="ReadAt">When the last complete feed was read, rather than said to be unchanged.</param>
internal sealed record Lease(
    string Name,
    long FencingToken,
    DateTime StartedAt,
    int Failures,
    string? Source,
    string? ETag,
    DateTime? LastModified,
    byte[]? BodyHash,
    int Records,
    DateTime? ReadAt)
{
    // From then on the circuit is open: one attempt at a time finds out whether the provider is back.
    public const int FailuresToOpen = 5;

    /// <summary>Whether no feed with records has been applied yet, so that there is nothing to compare one with.</summary>
    public bool IsFirst => Records == 0;

    public bool IsProbe => Failures >= FailuresToOpen;

    /// <summary>Whether what is known still describes a feed that is read with these options.</summary>
    public bool Knows(ProviderOptions provider) =>
        Source == FeedSource.Of(provider) && ReadAt + TimeSpan.FromSeconds(provider.RevalidateAfter) > StartedAt;

    public Validators? ValidatorsFor(ProviderOptions provider) =>
        Knows(provider) && (ETag is not null || LastModified is not null) ? new Validators(ETag, LastModified) : null;
}
