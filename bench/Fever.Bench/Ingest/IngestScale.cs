namespace Fever.Bench.Ingest;

/// <summary>How much is measured.</summary>
/// <param name="Plans">In the feed.</param>
/// <param name="Zones">Of each plan.</param>
/// <param name="Rounds">Of everything; the medians are reported.</param>
/// <param name="LoadTime">Of each measurement of search.</param>
internal sealed record IngestScale(int Plans, int Zones, int Rounds, TimeSpan LoadTime)
{
    public static readonly IngestScale Full = new(5_000, 300, 3, TimeSpan.FromSeconds(6));
    public static readonly IngestScale Quick = new(500, 30, 1, TimeSpan.FromSeconds(1));
}
