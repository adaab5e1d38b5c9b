using System.Globalization;

namespace Fever.Bench.Ingest;

/// <param name="Ranges">hot or all different.</param>
/// <param name="IsIngesting">Whether the feed is ingested meanwhile.</param>
/// <param name="Load">What was met.</param>
internal sealed record SearchResult(string Ranges, bool IsIngesting, Load Load);

/// <summary>Searches through the gateway, while nothing else happens and while the feed is ingested over and over, all of it changed each time.</summary>
internal sealed class SearchBench(FeverProcess fever, FeedServer provider, FeedFiles files, TimeSpan duration)
{
    public const string Hot = "hot";
    public const string Different = "all different";

    private static readonly DateTime FirstDay = new(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan LastDay = TimeSpan.FromDays(4 * 365);

    // Coprime to the length of the catalogue's time, so that no range comes twice in a run.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(7_919);

    private readonly HttpClient _gateway = Http.ClientOf(fever.Gateway);
    private readonly OperatorApi _operatorApi = new(fever.Ingestor);
    private int _ranges;
    private int _syncs;

    /// <summary>Idle first or last: whichever comes first has the colder replicas, even after the load that is not counted.</summary>
    public async Task<IReadOnlyList<SearchResult>> RunRoundAsync(bool isIdleFirst, CancellationToken cancellationToken)
    {
        var results = new List<SearchResult>();
        foreach (var ranges in (string[])[Hot, Different])
        {
            await LoadAsync(ranges, cancellationToken);
            foreach (var isIngesting in (bool[])[!isIdleFirst, isIdleFirst])
            {
                results.Add(new(ranges, isIngesting, await LoadAsync(ranges, isIngesting, cancellationToken)));
            }
        }

        return results;
    }

    private Task<Load> LoadAsync(string ranges, bool isIngesting, CancellationToken cancellationToken) => isIngesting
        ? WhileIngestingAsync(() => LoadAsync(ranges, cancellationToken), cancellationToken)
        : LoadAsync(ranges, cancellationToken);

    private Task<Load> LoadAsync(string ranges, CancellationToken cancellationToken) =>
        Load.RunAsync(_gateway, ranges == Hot ? () => Week(TimeSpan.FromDays(500)) : NextRange, duration, cancellationToken);

    private string NextRange() =>
        Week(TimeSpan.FromSeconds(Step.TotalSeconds * Interlocked.Increment(ref _ranges) % LastDay.TotalSeconds));

    /// <summary>About twenty events.</summary>
    private static string Week(TimeSpan offset)
    {
        var start = FirstDay + offset;
        return string.Create(CultureInfo.InvariantCulture, $"/search?starts_at={start:s}Z&ends_at={start.AddDays(7):s}Z");
    }

    private async Task<Load> WhileIngestingAsync(Func<Task<Load>> loadAsync, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ingesting = IngestAsync(() => over.IsCancellationRequested, cancellationToken);
        try
        {
            return await loadAsync();
        }
        finally
        {
            await over.CancelAsync();
            await ingesting;
        }
    }

    private async Task IngestAsync(Func<bool> isOver, CancellationToken cancellationToken)
    {
        while (!isOver())
        {
            provider.Offer = new(++_syncs % 2 == 0 ? files.Changed : files.Base);
            var sync = await _operatorApi.SyncAsync(cancellationToken);
            if (sync is not { Outcome: "complete", Unchanged: 0 })
            {
                throw new BenchException($"while searches were asked for, the sync was {sync}");
            }
        }
    }
}
