namespace Fever.Ingestor.Syncing;

/// <summary>Another Ingestor has taken a provider over, because this one was silent for too long.</summary>
internal sealed class LeaseLostException(Claim claim)
    : Exception($"another Ingestor has taken over: claim {claim.Fence} is not the newest any more, so nothing was written");
