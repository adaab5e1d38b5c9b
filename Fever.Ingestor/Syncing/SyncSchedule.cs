using Fever.Ingestor.Database;
using Fever.Ingestor.Providers;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Syncing;

/// <summary>Polls every provider on its own schedule, at once and then by its interval, however the others fare.</summary>
internal sealed partial class SyncSchedule(
    IOptions<ProvidersOptions> options, SchemaReady schema, IServiceScopeFactory scopes, TimeProvider time, ILogger<SyncSchedule> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var providers = options.Value.Providers;
        if (providers is [])
        {
            Log.NoProviders(logger);
        }

        await schema.WaitAsync(stoppingToken);
        await Task.WhenAll(providers.Select(provider => PollAsync(provider, stoppingToken)));
    }

    private async Task PollAsync(ProviderOptions provider, CancellationToken stopping)
    {
        // A poll that overruns its interval swallows the ticks in between: a provider is never polled twice at once.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(provider.Interval), time);
        do
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<ProviderSync>().RunAsync(provider, stopping);
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No provider is configured (Providers__0__Name, Providers__0__Url), so there is nothing to poll")]
        public static partial void NoProviders(ILogger logger);
    }
}
