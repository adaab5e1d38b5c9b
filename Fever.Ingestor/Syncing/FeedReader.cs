using System.Xml;
using Fever.Ingestor.Catalog;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;
using Fever.ServiceDefaults.Errors;
using Polly.Timeout;

namespace Fever.Ingestor.Syncing;

/// <summary>Reads a provider's feed into the staging table, batch by batch.</summary>
internal sealed partial class FeedReader(ProviderClient client, CatalogWriter catalog, RejectionNews news, TimeProvider time, ILogger<FeedReader> logger)
{
    private const int BatchSize = 1_000;

    // A feed with a systematic mistake has one in every record; the count tells the rest.
    private const int LoggedRejections = 3;

    /// <summary>Never throws for what a provider does: a feed that fails or breaks off is a reading with an error.</summary>
    public async Task<FeedReading> ReadAsync(ProviderOptions provider, SyncRecord sync, CancellationToken stopping)
    {
        using var span = IngestorTracing.Source.StartActivity("read feed");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(provider.Timeout), time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        var reading = new FeedReading(sync);
        var batch = new List<EventRow>(BatchSize);
        try
        {
            using var response = await client.GetAsync(provider, deadline.Token);
            await using var body = new FeedBody(await response.Content.ReadAsStreamAsync(deadline.Token), reading, deadline.Token);
            await ReadAsync(body, provider, reading, batch, stopping);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested && Describe(exception, provider) is { } error)
        {
            reading.Error = error;
        }

        await StageAsync(batch, reading, stopping);
        return reading;
    }

    private async Task ReadAsync(FeedBody body, ProviderOptions provider, FeedReading reading, List<EventRow> batch, CancellationToken stopping)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(provider.TimeZone);
        await foreach (var record in PlanListXml.ReadAsync(body, stopping))
        {
            switch (record)
            {
                case Observation observation:
                    batch.Add(EventRow.From(observation, provider.Name, zone));
                    break;
                case Rejection rejection:
                    reading.Reject(rejection);
                    LogRejection(provider, reading, rejection);
                    break;
            }

            if (batch.Count == BatchSize)
            {
                await StageAsync(batch, reading, stopping);
            }
        }
    }

    private async Task StageAsync(List<EventRow> batch, FeedReading reading, CancellationToken stopping)
    {
        if (batch is not [])
        {
            await catalog.StageAsync(batch, reading.Read, stopping);
            reading.Read += batch.Count;
            batch.Clear();
        }
    }

    private void LogRejection(ProviderOptions provider, FeedReading reading, Rejection rejection)
    {
        if (reading.Rejected <= LoggedRejections && news.IsNews(provider.Name, reading.Rejected, rejection))
        {
            Log.Rejected(logger, provider.Name, rejection.Plan?.BasePlanId, rejection.Plan?.PlanId, rejection.Line, rejection.Reason);
        }
    }

    /// <summary>What a provider did wrong; null when the fault is not the provider's.</summary>
    private static string? Describe(Exception exception, ProviderOptions provider) => exception switch
    {
        XmlException xml => $"line {xml.LineNumber} is not XML: {Shown.Cut(xml.Message)}",
        OperationCanceledException or TimeoutRejectedException => $"the feed did not arrive in time (Timeout is {provider.Timeout} s)",
        HttpRequestException or IOException => exception.Message,
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: base plan {BasePlanId}, plan {PlanId} (line {Line}) set aside: {Reason}")]
        public static partial void Rejected(ILogger logger, string provider, string? basePlanId, string? planId, int line, string reason);
    }
}
