namespace Fever.Ingestor.Syncing;

/// <summary>Another Ingestor has the provider now, because this one did not renew its lease in time.</summary>
internal sealed class LeaseLostException(Lease lease)
    : Exception($"another Ingestor has taken over: lease {lease.FencingToken} is no longer the newest, so nothing was written");
