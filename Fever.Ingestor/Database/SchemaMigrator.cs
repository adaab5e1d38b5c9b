namespace Fever.Ingestor.Database;

/// <summary>Brings the database up to date at start, for as long as it takes the database to be there.</summary>
internal sealed partial class SchemaMigrator(
    IServiceScopeFactory scopes, SchemaReady schema, TimeProvider time, ILogger<SchemaMigrator> logger) : BackgroundService
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var delay = FirstDelay; !await TryMigrateAsync(delay, stoppingToken); delay = Min(delay * 2, LongestDelay))
        {
            await Task.Delay(delay, time, stoppingToken);
        }

        schema.Set();
    }

    private async Task<bool> TryMigrateAsync(TimeSpan delay, CancellationToken stopping)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<CatalogDbContext>().ApplyMigrationsAsync(stopping);
            return true;
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            var reason = (CatalogDbContext.FaultOf(exception) ?? exception).Message;
            Log.NotMigrated(logger, reason, delay.TotalSeconds);
            return false;
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The database could not be brought up to date: {Reason}; trying again in {Seconds:0.0} s")]
        public static partial void NotMigrated(ILogger logger, string reason, double seconds);
    }
}
