using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>
/// The right to sync a provider, and what is known of it. <see cref="Fence"/> is higher than that of any claim before:
/// whoever still holds a lower one can write nothing any more.
/// </summary>
/// <param name="Name">The provider's.</param>
/// <param name="Fence">Number of this claim.</param>
/// <param name="StartedAt">By the database's clock.</param>
/// <param name="Failures">Polls in a row that failed.</param>
/// <param name="Source">What the last complete feed was read from; null when there was none.</param>
/// <param name="ETag">Of the last complete feed.</param>
/// <param name="LastModified">Of the last complete feed.</param>
/// <param name="BodyHash">SHA-256 of the last complete feed.</param>
/// <param name="Records">In the last complete feed.</param>
/// <param name="ReadAt">When the last complete feed was read, rather than said to be unchanged.</param>
internal sealed record Claim(
    string Name,
    long Fence,
    DateTime StartedAt,
    int Failures,
    string? Source,
    string? ETag,
    DateTime? LastModified,
    byte[]? BodyHash,
    int Records,
    DateTime? ReadAt)
{
    // A circuit that is open: one attempt at a time finds out whether the provider is back.
    public const int FailuresToOpen = 5;

    public bool IsProbe => Failures >= FailuresToOpen;

    /// <summary>Whether what is known still says something about a feed that these options read.</summary>
    public bool Knows(ProviderOptions provider) =>
        Source == FeedSource.Of(provider) && ReadAt + TimeSpan.FromSeconds(provider.RevalidateAfter) > StartedAt;

    public Validators? ValidatorsFor(ProviderOptions provider) =>
        Knows(provider) && (ETag is not null || LastModified is not null) ? new Validators(ETag, LastModified) : null;
}
