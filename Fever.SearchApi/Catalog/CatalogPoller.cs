using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Catalog;

/// <summary>Keeps <see cref="CurrentCatalog"/> up to date, at intervals and on demand. While the database cannot be read, the last known version stays current, and with it every cached response.</summary>
internal sealed partial class CatalogPoller(
    CurrentCatalog catalog,
    IServiceScopeFactory scopes,
    IOptions<CatalogOptions> options,
    TimeProvider time,
    ILogger<CatalogPoller> logger) : BackgroundService
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(2);

    // The first poll also builds the model, compiles the query and dials.
    private static readonly TimeSpan FirstPollTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<bool> _poll = Task.FromResult(false);
    private volatile bool _isDatabaseLost;

    /// <summary>Whether the last poll failed. While it did, reading events would most likely wait for its time limit in vain.</summary>
    public bool IsDatabaseLost => _isDatabaseLost;

    /// <summary>
    /// Polls until this version is known here too, because another replica has answered with it. True when it is known, or
    /// when the database itself says that it has an older one now; false when the database cannot be read.
    /// </summary>
    public async ValueTask<bool> TryCatchUpAsync(long version, CancellationToken cancellationToken)
    {
        var isRead = false;
        // Twice, because the poll joined first may have begun before that version was committed. Not at all while the
        // database is lost: the next poll is half a second off, and no request should wait for its time limit.
        for (var poll = 0; poll < 2 && !_isDatabaseLost && !IsKnown(version); poll++)
        {
            isRead = await PollOnceAsync().WaitAsync(cancellationToken);
        }

        return isRead || IsKnown(version);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        do
        {
            await PollOnceAsync().WaitAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private bool IsKnown(long version) => catalog.Version?.Number >= version;

    /// <summary>Joins the poll that is under way, or begins one.</summary>
    private Task<bool> PollOnceAsync()
    {
        lock (_gate)
        {
            return _poll.IsCompleted ? _poll = Task.Run(PollAsync) : _poll;
        }
    }

    private async Task<bool> PollAsync()
    {
        var before = catalog.Version;
        using var timeout = new CancellationTokenSource(before is null ? FirstPollTimeout : PollTimeout, time);
        try
        {
            // The driver does not end every call when its token is cancelled: not while the server hangs before its first response.
            var polled = await ReadWithRetryAsync(timeout.Token).WaitAsync(timeout.Token);
            LogChange(before, polled);
            catalog.Confirm(polled, before);
            _isDatabaseLost = false;
            return true;
        }
        catch (Exception exception)
        {
            if (!_isDatabaseLost)
            {
                _isDatabaseLost = true;
                Log.Lost(logger, before is null ? "none" : $"{before.Number}", exception.GetBaseException().Message);
            }

            return false;
        }
    }

    /// <summary>After a restart of the server the pooled connection is dead; the next one is new.</summary>
    private async Task<CatalogVersion> ReadWithRetryAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return await ReadAsync(cancellationToken);
        }
    }

    private async Task<CatalogVersion> ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CatalogVersionDbContext>().Versions.SingleAsync(cancellationToken);
    }

    private void LogChange(CatalogVersion? before, CatalogVersion polled)
    {
        if (_isDatabaseLost || before is null)
        {
            Log.Found(logger, polled.Number);
        }

        if (polled.Number < before?.Number)
        {
            Log.Replaced(logger, before.Number, polled.Number);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The database is at catalog version {Version}")]
        public static partial void Found(ILogger logger, long version);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The catalog version cannot be read (last known: {Version}): {Reason}")]
        public static partial void Lost(ILogger logger, string version, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The catalog version went back from {Known} to {Latest}: the database was replaced")]
        public static partial void Replaced(ILogger logger, long known, long latest);
    }
}
