using System.Globalization;

namespace Fever.Bench.Ingest;

/// <summary><c>Fever.Bench ingest</c>.</summary>
internal static class IngestCommand
{
    public static async Task RunAsync(IngestScale scale, CancellationToken cancellationToken)
    {
        var load = Machine.Load();
        using var files = new FeedFiles();
        await files.WriteAsync(scale, cancellationToken);
        await using var provider = await FeedServer.StartAsync(new Offer(files.Small), cancellationToken);
        var (bares, syncs, searches) = (new List<BarePass>(), new List<SyncResult>(), new List<SearchResult>());
        for (var round = 1; round <= scale.Rounds; round++)
        {
            Console.WriteLine($"round {round} of {scale.Rounds}");
            bares.Add(BarePass.Measure(files.Changed, cancellationToken));
            provider.Offer = new Offer(files.Small);
            await using var fever = await FeverProcess.StartAsync(provider.Url, replicas: 2, settings: [], cancellationToken);
            syncs.AddRange(await new SyncRound(fever, provider, files, scale.Plans).RunAsync(bares[^1], cancellationToken));
            searches.AddRange(await new SearchBench(fever, provider, files, scale.LoadTime).RunRoundAsync(isIdleFirst: round % 2 == 1, cancellationToken));
        }

        await ReportAsync(scale, load, IngestReport.Table(BarePass.MedianOf(bares), syncs, searches), new FileInfo(files.Changed).Length, cancellationToken);
    }

    private static async Task ReportAsync(IngestScale scale, string load, string table, long bytes, CancellationToken cancellationToken)
    {
        var today = TimeProvider.System.GetUtcNow();
        var commit = await Machine.CommitAsync(cancellationToken);
        var report = string.Create(CultureInfo.InvariantCulture, $"""
            # Ingestion, {today:yyyy-MM-dd}

            A feed of {scale.Plans} plans × {scale.Zones} zones, {bytes / 1e6:0} MB; medians of {scale.Rounds} rounds.

            {table}
            - machine: {Machine.Describe()}
            - load when it began: {load}
            - commit: {commit}
            - command: `make bench-ingest`

            """);
        Console.WriteLine();
        Console.WriteLine(report);
        if (scale == IngestScale.Full)
        {
            await File.WriteAllTextAsync(Path.Combine(Repository.Folder, $"bench/results/ingest-{today:yyyy-MM-dd}.md"), report, cancellationToken);
        }
    }
}
