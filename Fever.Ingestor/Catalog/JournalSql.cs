namespace Fever.Ingestor.Catalog;

/// <summary>
/// What the journal keeps of an event is enough to make its row again: its first change, its first and last ones
/// online, its last observation, and its last change. Pruning leaves these, replaying reads these.
/// </summary>
internal static class JournalSql
{
    public const string Replay =
        """
        CREATE TEMP TABLE replayed AS
        SELECT last.id AS change, first.event_id AS id, first.provider, first.base_plan_id, first.plan_id,
               published.after->>'title' AS title,
               (published.after->>'start')::timestamp AS start_local, (published.after->>'end')::timestamp AS end_local,
               (published.after->>'starts_at')::timestamptz AS starts_at, (published.after->>'ends_at')::timestamptz AS ends_at,
               (published.after->>'min_price')::numeric AS min_price, (published.after->>'max_price')::numeric AS max_price,
               seen.after->>'sell_mode' AS sell_mode, seen.after AS observed, seen.fingerprint,
               first.at AS first_seen_at, first_online.at AS first_online_at, seen.at AS changed_at,
               CASE last.kind WHEN 'vanished' THEN last.at END AS missing_since
        FROM (SELECT DISTINCT ON (event_id) * FROM event_changes ORDER BY event_id, id) first
        CROSS JOIN LATERAL (SELECT * FROM event_changes WHERE event_id = first.event_id ORDER BY id DESC LIMIT 1) last
        CROSS JOIN LATERAL (SELECT * FROM event_changes WHERE event_id = first.event_id AND after IS NOT NULL ORDER BY id DESC LIMIT 1) seen
        LEFT JOIN LATERAL (SELECT * FROM event_changes WHERE event_id = first.event_id AND after->>'sell_mode' = 'online' ORDER BY id LIMIT 1) first_online ON true
        CROSS JOIN LATERAL (SELECT * FROM event_changes WHERE event_id = first.event_id AND after IS NOT NULL
                            ORDER BY after->>'sell_mode' = 'online' DESC, id DESC LIMIT 1) published
        """;

    public const string DropReplay = "DROP TABLE IF EXISTS replayed";

    /// <summary>Events that are right.</summary>
    public const string DropEqual = $"DELETE FROM replayed r USING events e WHERE e.id = r.id AND ROW ({Stored}) IS NOT DISTINCT FROM ROW ({Replayed})";

    /// <summary>Events that have been changed since they were replayed.</summary>
    public const string DropOutdated = "DELETE FROM replayed r WHERE EXISTS (SELECT FROM event_changes c WHERE c.event_id = r.id AND c.id > r.change)";

    /// <summary>Events that the journal does not know are left alone: nothing is ever forgotten.</summary>
    public const string Repair =
        $"""
        MERGE INTO events e USING replayed r ON e.id = r.id
        WHEN NOT MATCHED THEN INSERT ({Columns}) VALUES ({Replayed})
        WHEN MATCHED AND ROW ({Stored}) IS DISTINCT FROM ROW ({Replayed}) THEN UPDATE SET ({Columns}) = ROW ({Replayed})
        """;

    public const string Count = "SELECT count(*) FROM replayed";

    public const string CountUnknown = "SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT FROM event_changes c WHERE c.event_id = e.id)";

    public const string BumpVersion = "UPDATE catalog SET version = version + 1, changed_at = clock_timestamp()";

    /// <summary>$1 … $2 ids, $3 age. Leaves what <see cref="Replay"/> needs.</summary>
    public const string Prune =
        """
        DELETE FROM event_changes c
        WHERE c.id > $1 AND c.id <= $2 AND c.at < now() - $3
          AND EXISTS (SELECT FROM event_changes WHERE event_id = c.event_id AND id < c.id)
          AND EXISTS (SELECT FROM event_changes WHERE event_id = c.event_id AND id > c.id)
          AND (c.after IS NULL OR EXISTS (SELECT FROM event_changes WHERE event_id = c.event_id AND id > c.id AND after IS NOT NULL))
          AND (c.after->>'sell_mode' IS DISTINCT FROM 'online'
               OR EXISTS (SELECT FROM event_changes WHERE event_id = c.event_id AND id < c.id AND after->>'sell_mode' = 'online')
                  AND EXISTS (SELECT FROM event_changes WHERE event_id = c.event_id AND id > c.id AND after->>'sell_mode' = 'online'))
        """;

    /// <summary>$1 age: the last id there is anything to prune up to.</summary>
    public const string PruneUpTo = "SELECT coalesce(max(id), 0) FROM event_changes WHERE at < now() - $1";

    private const string Columns =
        "id, provider, base_plan_id, plan_id, title, start_local, end_local, starts_at, ends_at, min_price, max_price, sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at, missing_since";

    private const string Stored =
        "e.id, e.provider, e.base_plan_id, e.plan_id, e.title, e.start_local, e.end_local, e.starts_at, e.ends_at, e.min_price, e.max_price, e.sell_mode, e.observed, e.fingerprint, e.first_seen_at, e.first_online_at, e.changed_at, e.missing_since";

    private const string Replayed =
        "r.id, r.provider, r.base_plan_id, r.plan_id, r.title, r.start_local, r.end_local, r.starts_at, r.ends_at, r.min_price, r.max_price, r.sell_mode, r.observed, r.fingerprint, r.first_seen_at, r.first_online_at, r.changed_at, r.missing_since";
}
