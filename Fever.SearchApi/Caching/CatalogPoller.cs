using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Caching;

/// <summary>Keeps <see cref="CurrentCatalog"/> up to date, at intervals and on demand. While the database cannot be asked, the last known version stays, and with it every cached answer.</summary>
internal sealed partial class CatalogPoller(
    CurrentCatalog catalog,
    IServiceScopeFactory scopes,
    IOptions<CachingOptions> options,
    TimeProvider time,
    ILogger<CatalogPoller> logger) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    // The first read also builds the model, compiles the query and dials.
    private static readonly TimeSpan FirstTimeout = TimeSpan.FromSeconds(10);

    private readonly SingleFlight<bool, bool> _polls = new();
    private volatile bool _isLost;

    /// <summary>
    /// Sees to it that this version is known here too: another replica has answered with it. True when it is, or when
    /// the database itself says that it has an older one now; false when it cannot be asked.
    /// </summary>
    public async ValueTask<bool> TryReachAsync(long version, CancellationToken cancellationToken)
    {
        var isAsked = false;
        // Twice, because the poll joined first may have asked before that version was there. Not at all while the
        // database is known to be away: the next poll is half a second off, and nobody should wait for its time limit.
        for (var poll = 0; poll < 2 && !_isLost && !IsKnown(version); poll++)
        {
            isAsked = await PollOnceAsync().WaitAsync(cancellationToken);
        }

        return isAsked || IsKnown(version);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.VersionPollInterval, time);
        do
        {
            await PollOnceAsync();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private bool IsKnown(long version) => catalog.Version?.Version >= version;

    private Task<bool> PollOnceAsync() => _polls.RunAsync(true, PollAsync, CancellationToken.None);

    private async Task<bool> PollAsync()
    {
        using var timeout = new CancellationTokenSource(catalog.Version is null ? FirstTimeout : Timeout, time);
        try
        {
            Learn(await ReadAsync(timeout.Token));
            return true;
        }
        catch (Exception exception)
        {
            if (!_isLost)
            {
                _isLost = true;
                Log.Lost(logger, catalog.Version is { } known ? $"{known.Version}" : "none", exception.GetBaseException().Message);
            }

            return false;
        }
    }

    private async Task<CatalogVersion> ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CatalogVersionDbContext>().Catalog.SingleAsync(cancellationToken);
    }

    private void Learn(CatalogVersion latest)
    {
        var known = catalog.Version;
        if (_isLost || known is null)
        {
            _isLost = false;
            Log.Found(logger, latest.Version);
        }

        if (latest == known)
        {
            return;
        }

        if (latest.Version < known?.Version)
        {
            Log.WentBack(logger, known.Version, latest.Version);
        }

        catalog.Set(latest);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The database is at catalog version {Version}")]
        public static partial void Found(ILogger logger, long version);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The catalog version cannot be read (last known: {Version}): {Reason}")]
        public static partial void Lost(ILogger logger, string version, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The catalog version went back from {Known} to {Latest}: the database was replaced")]
        public static partial void WentBack(ILogger logger, long known, long latest);
    }
}
