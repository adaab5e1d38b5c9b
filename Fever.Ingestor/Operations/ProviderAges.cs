using Fever.Ingestor.Database;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Syncing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Operations;

/// <summary>Reads now and then how old the data of this Ingestor's providers are. From the database, because another Ingestor may be the one that syncs them.</summary>
internal sealed class ProviderAges(
    IOptions<ProvidersOptions> options, IngestorMetrics metrics, SchemaReady schema, IServiceScopeFactory scopes, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly string[] _names = [.. options.Value.Providers.Select(provider => provider.Name)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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
            await using var scope = scopes.CreateAsyncScope();
            metrics.SetAges(await ReadAsync(scope.ServiceProvider.GetRequiredService<CatalogDbContext>(), stopping));
        }
        catch (Exception exception) when (CatalogDbContext.FaultOf(exception) is not null)
        {
            // The dispatcher says so, every age goes on growing, and the next round is soon.
        }
    }

    /// <summary>A provider without any success counts from its first sync and, before that has ended, from when it became known.</summary>
    private Task<List<ProviderAge>> ReadAsync(CatalogDbContext db, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<ProviderAge>(
            $"""
            SELECT name AS "Provider",
                   extract(epoch FROM now() - coalesce(
                       last_success_at, (SELECT min(started_at) FROM syncs WHERE provider = name), least(due_at, now())))::float8 AS "Seconds"
            FROM providers
            WHERE name = ANY ({_names})
            """).ToListAsync(cancellationToken);
}

/// <summary>Time since a provider's newest success.</summary>
internal sealed record ProviderAge(string Provider, double Seconds);
