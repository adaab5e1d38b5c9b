using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Catalog;

/// <summary>A bad record as it is set aside. The same one seen again has the same fingerprint, wherever in the feed it stands.</summary>
internal sealed record RejectedRecord(byte[] Fingerprint, int Position, PlanKey? Plan, string Reason, string Raw);
