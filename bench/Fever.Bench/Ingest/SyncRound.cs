namespace Fever.Bench.Ingest;

/// <summary>Every kind of sync once, with a Fever that has just been started with an empty database.</summary>
internal sealed class SyncRound(FeverProcess fever, FeedServer provider, FeedFiles files, int plans)
{
    // Until what a start and a first sync leave to be done has been done.
    private static readonly TimeSpan ToRest = TimeSpan.FromSeconds(3);

    private readonly OperatorApi _operatorApi = new(fever.Ingestor);
    private readonly Usage _ingestor = new(fever.IngestorId);
    private readonly Searches _searches = new(fever.Gateway);

    public async Task<IReadOnlyList<SyncResult>> RunAsync(BarePass bare, CancellationToken cancellationToken)
    {
        var results = new List<SyncResult>();
        var small = await _operatorApi.FirstAsync(cancellationToken);
        if (small is not { Outcome: "complete", Read: FeedFiles.PlansInSmall })
        {
            throw new BenchException($"the first sync is {small}; right are {FeedFiles.PlansInSmall} plans read");
        }

        await _searches.ExpectAsync(small.Read, 0, cancellationToken);
        await Task.Delay(ToRest, cancellationToken);
        var idle = _ingestor.WorkingSet();
        foreach (var each in SyncCase.All(files, plans))
        {
            provider.Offer = each.Offer;
            var before = _ingestor.Processor();
            var (sync, peak) = await _ingestor.WatchAsync(() => _operatorApi.SyncAsync(cancellationToken));
            var processor = _ingestor.Processor() - before;
            each.Check(sync, plans);
            await _searches.ExpectAsync(small.Read + files.Online, each.Offer.File == files.Base ? 0 : files.Online, cancellationToken);
            var seconds = each.IsFromLastByte ? (sync.FinishedAt - provider.LastByteAt).TotalSeconds : sync.Seconds;
            results.Add(new(each, seconds, seconds / bare.Seconds, processor / bare.Processor, sync.Changed + sync.Vanished, peak - idle));
            Console.WriteLine($"  {each.Name}: {seconds:0.000} s");
        }

        return results;
    }
}
