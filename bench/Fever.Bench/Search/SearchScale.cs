namespace Fever.Bench.Search;

/// <summary>How much is measured.</summary>
/// <param name="Plans">In the feed, each an event.</param>
/// <param name="Rounds">Of everything; the medians are reported.</param>
/// <param name="Seconds">Of each load that counts.</param>
/// <param name="FirstSeconds">Of each load of the warm-up over all cases.</param>
/// <param name="AgainSeconds">Of the warm-up before each load; 0 for none.</param>
internal sealed record SearchScale(int Plans, int Rounds, int Seconds, int FirstSeconds, int AgainSeconds)
{
    public static readonly SearchScale Full = new(100_000, 3, 5, 2, 1);

    // The warm-up over all cases has then only just been.
    public static readonly SearchScale Quick = new(100_000, 1, 3, 1, 0);
}
