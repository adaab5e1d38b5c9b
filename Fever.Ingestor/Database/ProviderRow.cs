namespace Fever.Ingestor.Database;

/// <summary>What is read of a provider's row in the schedule, <c>providers</c>.</summary>
internal sealed record ProviderRow(
    string Name,
    DateTime DueAt,
    DateTime? LeaseUntil,
    int Failures,
    DateTime? LastStartedAt,
    DateTime? LastSuccessAt,
    string? LastOutcome,
    string? LastReason,
    string? LastError,
    int Records);
