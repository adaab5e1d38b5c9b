using Fever.Ingestor.Catalog;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Syncing;

/// <summary>Reads a provider's feed, into the staging table what is more than one batch of it.</summary>
internal sealed class FeedReader(CatalogWriter catalog)
{
    // Feeds up to this size need no database before their end, when it is known whether there is anything to write.
    private const int BatchSize = 10_000;

    /// <summary>Never throws for what a provider does: a feed that fails or breaks off is a reading with a fault.</summary>
    public async Task<FeedReading> ReadAsync(Stream body, ProviderOptions provider, CancellationToken cancellationToken)
    {
        var reading = new FeedReading(provider);
        var pipe = FeedPump.CreatePipe();
        using var fetching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pump = FeedPump.RunAsync(body, pipe.Writer, fetching.Token);

        try
        {
            // A thread of its own: the formats read synchronously, and the pool's threads are for what does not block.
            await Task.Factory.StartNew(
                () =>
                {
                    using var document = pipe.Reader.AsStream();
                    Read(document, provider, reading);
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        finally
        {
            // At the end of a whole body the pump has ended before the reader; one that goes on serves a reader that has given up.
            await fetching.CancelAsync();
            await ((Task)pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        reading.Fault = FaultOf(pump) ?? reading.Fault;
        cancellationToken.ThrowIfCancellationRequested();
        reading.BodyHash = pump.IsCompletedSuccessfully ? await pump : null;
        return reading;
    }

    /// <summary>What ended the body: to the reader it looked like the end of the document.</summary>
    private static FeedException? FaultOf(Task pump) => pump.Exception?.InnerException switch
    {
        null => null,
        FeedException fault => fault,
        var defect => throw new InvalidOperationException("The feed could not be carried to its reader.", defect),
    };

    private void Read(Stream document, ProviderOptions provider, FeedReading reading)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(provider.TimeZone);
        try
        {
            foreach (var record in FeedFormats.Find(provider.Format)!.Read(document, provider.Limits))
            {
                if (reading.Read + reading.Rejected == provider.Limits.MaxRecords)
                {
                    throw new FeedException(FeedFault.TooManyRecords, $"the feed has more than {provider.Limits.MaxRecords} records (Limits:MaxRecords)");
                }

                Take(record, provider.Name, zone, reading);
            }
        }
        catch (FeedException fault)
        {
            reading.Fault = fault;
        }
    }

    private void Take(FeedRecord record, string provider, TimeZoneInfo zone, FeedReading reading)
    {
        switch (record)
        {
            case Observation observation:
                reading.Read++;
                reading.Unstaged.Add(StagedEvent.From(observation, provider, zone));
                break;
            case Rejection rejection:
                reading.Reject(rejection);
                break;
        }

        if (reading.Unstaged.Count == BatchSize)
        {
            catalog.StageAsync(reading, CancellationToken.None).GetAwaiter().GetResult();
        }
    }
}
