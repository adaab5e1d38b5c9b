using Fever.Ingestor.Database;

namespace Fever.Ingestor.Catalog;

/// <summary>Sets bad records aside, in the table <c>rejected_records</c>, and says so in the log when one is new.</summary>
internal sealed partial class Quarantine(CatalogDbContext db, ILogger<Quarantine> logger)
{
    public async Task KeepAsync(string provider, Guid sync, IReadOnlyCollection<RejectedRecord> rejects, CancellationToken cancellationToken)
    {
        if (rejects.Count == 0)
        {
            return;
        }

        object?[] columns =
        [
            Column(reject => reject.Fingerprint), Column(reject => reject.Position),
            Column(reject => reject.Plan?.BasePlanId), Column(reject => reject.Plan?.PlanId),
            Column(reject => reject.Reason), Column(reject => reject.Raw),
        ];
        await using var command = await db.CommandAsync(CatalogSql.KeepRejects, [provider, sync, .. columns], cancellationToken);
        await using var news = await command.ExecuteReaderAsync(cancellationToken);
        while (await news.ReadAsync(cancellationToken))
        {
            Log.SetAside(logger, provider, news[1], news[2], news.GetInt32(0), news.GetString(3));
        }

        T[] Column<T>(Func<RejectedRecord, T> value) => [.. rejects.Select(value)];
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: base plan {BasePlanId}, plan {PlanId} (line {Line}) set aside: {Reason}")]
        public static partial void SetAside(ILogger logger, string provider, object basePlanId, object planId, int line, string reason);
    }
}
