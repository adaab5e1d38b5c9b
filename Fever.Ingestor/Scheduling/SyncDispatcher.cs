using System.Collections.Concurrent;
using Fever.Ingestor.Database;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Syncing;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Scheduling;

/// <summary>Takes the providers that are due, as many at once as this Ingestor has room for, and syncs each on its own, however the others fare.</summary>
internal sealed partial class SyncDispatcher(
    IOptions<ProvidersOptions> providers,
    IOptions<SyncOptions> options,
    SchemaReady schema,
    IServiceScopeFactory scopes,
    AsyncSignal signal,
    TimeProvider time,
    ILogger<SyncDispatcher> logger) : BackgroundService
{
    // Not the machine's name alone: several Ingestors may share one.
    private readonly string _owner = $"{Environment.MachineName}/{Guid.NewGuid():N}";
    private readonly Dictionary<string, ProviderOptions> _providers = providers.Value.Providers.ToDictionary(provider => provider.Name);
    private readonly ConcurrentDictionary<Lease, Task> _running = [];
    private bool _isRegistered;
    private bool _isLost;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_providers.Count == 0)
        {
            Log.NoProviders(logger);
            return;
        }

        await schema.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var lease in await TryAcquireAsync(stoppingToken))
            {
                var sync = RunAsync(lease, stoppingToken);
                _running[lease] = sync;
                _ = ForgetAsync(lease, sync);
            }

            await signal.WaitAsync(options.Value.DispatchInterval, time, stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await TryReleaseAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<Lease>> TryAcquireAsync(CancellationToken stopping)
    {
        var room = options.Value.MaxConcurrency - _running.Count;
        if (room <= 0)
        {
            return [];
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var schedule = scope.ServiceProvider.GetRequiredService<ProviderSchedule>();
            if (!_isRegistered)
            {
                await schedule.RegisterAsync([.. _providers.Keys], stopping);
                _isRegistered = true;
            }

            var leases = await schedule.AcquireAsync(_owner, [.. _providers.Keys], room, options.Value.LeaseDuration, stopping);
            _isLost = false;
            return leases;
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            if (!_isLost)
            {
                Log.NoSchedule(logger, (CatalogDbContext.FaultOf(exception) ?? exception).Message);
            }

            _isLost = true;
            return [];
        }
    }

    private async Task RunAsync(Lease lease, CancellationToken stopping)
    {
        // Off this loop from the start: it must get to the next lease.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await using var renewer = new LeaseRenewer(lease, options.Value.LeaseDuration, scopes, time, stopping);
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ProviderSync>().RunAsync(_providers[lease.Name], lease, renewer.Lost, stopping);
    }

    private async Task ForgetAsync(Lease lease, Task sync)
    {
        await sync.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _running.TryRemove(lease, out _);
        signal.Set();
    }

    private async Task TryReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<ProviderSchedule>().ReleaseAsync(_owner, cancellationToken);
        }
        catch (Exception)
        {
            // The leases run out by themselves; a stop must not wait for a database that is away.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No provider is configured (Providers__0__Name, Providers__0__Url), so there is nothing to poll")]
        public static partial void NoProviders(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The schedule cannot be read: {Reason}")]
        public static partial void NoSchedule(ILogger logger, string reason);
    }
}
