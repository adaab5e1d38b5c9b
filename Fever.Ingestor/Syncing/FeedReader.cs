using Fever.Ingestor.Catalog;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>Reads a provider's feed in batches; while one is compared with the catalog, the next one is read.</summary>
internal sealed class FeedReader(CatalogWriter catalog)
{
    /// <summary>Never throws for what a provider does: a feed that fails or breaks off gives a result with a fault. The last batch is left in the result.</summary>
    public async Task<FeedReadResult> ReadAsync(Stream body, string? charset, ProviderOptions provider, bool isFirst, CancellationToken cancellationToken)
    {
        var result = new FeedReadResult(provider);
        var pipe = FeedPump.CreatePipe();
        using var fetching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pump = FeedPump.RunAsync(body, charset, pipe.Writer, fetching.Token);
        try
        {
            using var document = pipe.Reader.AsStream();
            using var records = FeedFormats.Find(provider.Format)!.Read(document, charset, provider.Limits).GetEnumerator();
            await ReadAsync(records, result, isFirst, cancellationToken);
        }
        finally
        {
            // At the end of a whole body the pump has ended before the reader; one that goes on serves a reader that has given up.
            await fetching.CancelAsync();
            await ((Task)pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        result.Fault = FaultOf(pump) ?? result.Fault;
        cancellationToken.ThrowIfCancellationRequested();
        result.BodyHash = pump.IsCompletedSuccessfully ? await pump : null;
        return result;
    }

    private async Task ReadAsync(IEnumerator<FeedRecord> records, FeedReadResult result, bool isFirst, CancellationToken cancellationToken)
    {
        var comparing = Task.CompletedTask;
        try
        {
            // A thread of its own: the formats read synchronously, and the pool's threads are for what does not block.
            while (await Task.Factory.StartNew(
                () => ReadBatch(records, result), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            {
                await comparing;
                comparing = catalog.AddAsync(result.TakeBatch(), isFirst, cancellationToken);
            }

            await comparing;
        }
        finally
        {
            // The connection must not be closed under it.
            await comparing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>False at the end of the document.</returns>
    private static bool ReadBatch(IEnumerator<FeedRecord> records, FeedReadResult result)
    {
        try
        {
            while (records.MoveNext())
            {
                result.Add(records.Current);
                if (result.IsBatchFull)
                {
                    return true;
                }
            }
        }
        catch (FeedException fault)
        {
            result.Fault = fault;
        }

        return false;
    }

    /// <summary>What ended the body: to the reader it looked like the end of the document.</summary>
    private static FeedException? FaultOf(Task pump) => pump.Exception?.InnerException switch
    {
        null => null,
        FeedException fault => fault,
        var defect => throw new InvalidOperationException("The feed could not be passed to its reader.", defect),
    };
}
