namespace Fever.Bench.Search.Loads;

/// <summary>What one load met.</summary>
/// <param name="Requests">Answered.</param>
/// <param name="Seconds">It lasted.</param>
/// <param name="Errors">Answers other than 2xx and 3xx, connections lost, and answers that did not come.</param>
/// <param name="Bytes">Of all answers with their headers; null when not counted.</param>
internal sealed record Outcome(long Requests, double Seconds, long Errors, double? Bytes)
{
    /// <summary>Milliseconds; null when not measured.</summary>
    public double? P50 { get; init; }

    public double? P99 { get; init; }

    public double? Max { get; init; }

    public double Rate => Requests / Seconds;
}
