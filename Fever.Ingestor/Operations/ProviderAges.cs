using System.Diagnostics.Metrics;
using Fever.Ingestor.Database;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Syncing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Operations;

/// <summary>Measures how old the data of this Ingestor's providers are. From the database, because another Ingestor may be the one that syncs them.</summary>
internal sealed partial class ProviderAges(
    IOptions<ProvidersOptions> options, IMeterFactory meters, SchemaReady schema, IServiceScopeFactory scopes, TimeProvider time, ILogger<ProviderAges> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly string[] _names = [.. options.Value.Providers.Select(provider => provider.Name)];
    private IReadOnlyList<(string Provider, long Since)> _ages = [];

    /// <summary>Reads the ages now.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var ages = await ReadAsync(scope.ServiceProvider.GetRequiredService<CatalogDbContext>(), cancellationToken);
        var now = time.GetTimestamp();
        Volatile.Write(ref _ages, [.. ages.Select(age => (age.Provider, now - (long)(age.Seconds * time.TimestampFrequency)))]);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meters.Create(IngestorMetrics.MeterName).CreateObservableGauge(
            "fever.ingestor.provider.age", Observe, "s", "Time since the newest successful sync; until there is one, since the first.");
        await schema.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await TryReadAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryReadAsync(CancellationToken stopping)
    {
        try
        {
            await ReadAsync(stopping);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            // Whatever it is, polling must go on: an exception here would stop the host. Every age grows meanwhile.
            var reason = (CatalogDbContext.FaultOf(exception) ?? exception).Message;
            Log.NotRead(logger, reason);
        }
    }

    /// <summary>A provider without any success counts from its oldest sync and, before that has ended, from when it became known.</summary>
    private Task<List<ProviderAge>> ReadAsync(CatalogDbContext db, CancellationToken cancellationToken) =>
        (from provider in db.Providers
         where _names.Contains(provider.Name)
         let firstSync = db.Syncs.Where(sync => sync.Provider == provider.Name).Min(sync => (DateTime?)sync.StartedAt)
         let known = provider.DueAt < CatalogDbContext.Now() ? provider.DueAt : CatalogDbContext.Now()
         select new ProviderAge(provider.Name, (CatalogDbContext.Now() - (provider.LastSuccessAt ?? firstSync ?? known)).TotalSeconds))
        .ToListAsync(cancellationToken);

    // An age grows by itself, also while the database cannot be asked for it.
    private IEnumerable<Measurement<double>> Observe() => Volatile.Read(ref _ages).Select(age =>
        new Measurement<double>(time.GetElapsedTime(age.Since).TotalSeconds, KeyValuePair.Create<string, object?>("provider", age.Provider)));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "The ages of the providers' data cannot be read: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);
    }
}

/// <summary>Time since a provider's newest success.</summary>
internal sealed record ProviderAge(string Provider, double Seconds);
