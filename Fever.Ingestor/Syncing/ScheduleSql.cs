namespace Fever.Ingestor.Syncing;

/// <summary>The statements that end a sync.</summary>
internal static class ScheduleSql
{
    /// <summary>$1 provider … $11 as <see cref="ProviderSchedule"/> lists them, then the row of the sync. Writes nothing when the fence is another's.</summary>
    public const string Settle =
        $"""
        WITH settled AS (
            UPDATE providers
            SET lease_owner = NULL, lease_until = NULL,
                failures = CASE WHEN $3 THEN 0 ELSE failures + 1 END,
                due_at = CASE WHEN requested_at > last_started_at THEN now()
                              ELSE greatest(now(), CASE WHEN $4 THEN last_started_at ELSE now() END + $5) END,
                last_success_at = CASE WHEN $3 THEN last_started_at ELSE last_success_at END,
                last_outcome = $15, last_reason = $16, last_error = $17,
                source = $6, etag = $7, last_modified = $8, body_hash = $9, records = $10, read_at = $11
            WHERE name = $1 AND fence = $2
            RETURNING name)
        INSERT INTO syncs ({Columns})
        SELECT $12, $13, $14, clock_timestamp(), $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, version FROM settled, catalog
        """;

    public const string Record =
        $"""
        INSERT INTO syncs ({Columns})
        SELECT $1, $2, $3, clock_timestamp(), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, version FROM catalog
        """;

    private const string Columns =
        "id, provider, started_at, finished_at, outcome, reason, error, bytes, wire_bytes, read, changed, unchanged, rejected, duplicates, vanished, fence, catalog_version";
}
