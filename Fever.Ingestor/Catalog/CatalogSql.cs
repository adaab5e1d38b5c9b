namespace Fever.Ingestor.Catalog;

/// <summary>The set-based SQL of one sync, in the order it runs.</summary>
internal static class CatalogSql
{
    /// <summary>Private to the session, unlogged, and gone when the connection goes back to its pool.</summary>
    public const string CreateStaging =
        """
        CREATE TEMP TABLE staging (
            ordinal integer, id uuid, base_plan_id text, plan_id text, title text, start_local timestamp, end_local timestamp,
            starts_at timestamptz, ends_at timestamptz, min_price numeric, max_price numeric, sell_mode text, fingerprint bytea,
            are_prices_unknown boolean, organizer_company_id text, sell_from text, sell_to text, sold_out text)
        """;

    public const string Stage =
        """
        COPY staging (ordinal, id, base_plan_id, plan_id, title, start_local, end_local,
                      starts_at, ends_at, min_price, max_price, sell_mode, fingerprint,
                      are_prices_unknown, organizer_company_id, sell_from, sell_to, sold_out) FROM STDIN (FORMAT binary)
        """;

    /// <summary>Autovacuum never sees a temporary table, so without this the planner guesses its size.</summary>
    public const string AnalyzeStaging = "ANALYZE staging (id)";

    /// <summary>A plan without a price that can be read keeps those it had.</summary>
    public const string KeepKnownPrices =
        "UPDATE staging s SET min_price = e.min_price, max_price = e.max_price FROM events e WHERE s.are_prices_unknown AND e.id = s.id";

    /// <summary>One writer at a time: catalog versions then follow the order in which changes become visible.</summary>
    public const string LockCatalog = "SELECT pg_advisory_xact_lock(5072648392)";

    /// <summary>$1 ids, $2 fingerprints: the numbers, from 1, of those that differ from the catalog.</summary>
    public const string FindDifferent =
        """
        SELECT s.number
        FROM unnest($1::uuid[], $2::bytea[]) WITH ORDINALITY s (id, fingerprint, number)
        LEFT JOIN events e ON e.id = s.id
        WHERE e.id IS NULL OR e.missing_since IS NOT NULL OR e.fingerprint <> s.fingerprint
        """;

    /// <summary>$1 provider, $2 the ids that the feed lists: the others that it listed before.</summary>
    public const string FindVanished =
        """
        SELECT coalesce(array_agg(e.id), '{}') FROM events e
        WHERE e.provider = $1 AND e.missing_since IS NULL AND NOT EXISTS (SELECT FROM unnest($2::uuid[]) s (id) WHERE s.id = e.id)
        """;

    /// <summary>What of the staged rows differs from the catalog, now that nobody else can write. Of a plan that a feed lists twice the last record counts, but one that is online before any that is not: it was seen online.</summary>
    public const string FindChanges =
        """
        CREATE TEMP TABLE changes ON COMMIT DROP AS
        SELECT s.*,
               jsonb_build_object('sell_mode', s.sell_mode, 'title', s.title, 'start', s.start_local, 'end', s.end_local,
                                  'starts_at', s.starts_at, 'ends_at', s.ends_at,
                                  'min_price', trim_scale(s.min_price), 'max_price', trim_scale(s.max_price),
                                  'organizer_company_id', s.organizer_company_id,
                                  'sell_from', s.sell_from, 'sell_to', s.sell_to, 'sold_out', s.sold_out) AS observed,
               e.observed AS observed_before,
               CASE WHEN e.id IS NULL THEN 'appeared' WHEN e.missing_since IS NOT NULL THEN 'returned' ELSE 'changed' END AS kind,
               s.sell_mode = 'online' AND (e.first_online_at IS NULL
                   OR (e.title, e.start_local, e.end_local, e.starts_at, e.ends_at, e.min_price, e.max_price) IS DISTINCT FROM
                      (s.title, s.start_local, s.end_local, s.starts_at, s.ends_at, s.min_price, s.max_price)) AS is_published_change
        FROM (SELECT DISTINCT ON (id) * FROM staging ORDER BY id, sell_mode = 'online' DESC, ordinal DESC) s
        LEFT JOIN events e ON e.id = s.id
        WHERE e.id IS NULL OR e.missing_since IS NOT NULL OR e.fingerprint <> s.fingerprint
        """;

    /// <summary>$1 provider, $2 now. An offline observation changes the state of an event but, once it has been online, never what is published. One that has new values to publish is of the present again, whenever it was archived.</summary>
    public const string ApplyChanges =
        """
        MERGE INTO events e USING changes c ON e.id = c.id
        WHEN NOT MATCHED THEN INSERT
            (id, provider, base_plan_id, plan_id, title, start_local, end_local, starts_at, ends_at, min_price, max_price,
             sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
            VALUES (c.id, $1, c.base_plan_id, c.plan_id, c.title, c.start_local, c.end_local, c.starts_at, c.ends_at, trim_scale(c.min_price), trim_scale(c.max_price),
                    c.sell_mode, c.observed, c.fingerprint, $2, CASE c.sell_mode WHEN 'online' THEN $2 END, $2)
        WHEN MATCHED AND (c.sell_mode = 'online' OR e.first_online_at IS NULL) THEN UPDATE SET
            title = c.title, start_local = c.start_local, end_local = c.end_local, starts_at = c.starts_at, ends_at = c.ends_at,
            min_price = trim_scale(c.min_price), max_price = trim_scale(c.max_price), sell_mode = c.sell_mode, observed = c.observed, fingerprint = c.fingerprint,
            first_online_at = coalesce(e.first_online_at, CASE c.sell_mode WHEN 'online' THEN $2 END), changed_at = $2, missing_since = NULL,
            is_archived = false
        WHEN MATCHED THEN UPDATE SET
            sell_mode = c.sell_mode, observed = c.observed, fingerprint = c.fingerprint, changed_at = $2, missing_since = NULL
        """;

    /// <summary>$1 sync, $2 now, $3 provider.</summary>
    public const string JournalChanges =
        """
        INSERT INTO event_changes (event_id, provider, base_plan_id, plan_id, sync_id, at, kind, before, after, fingerprint)
        SELECT id, $3, base_plan_id, plan_id, $1, $2, kind, observed_before, observed, fingerprint FROM changes ORDER BY ordinal
        """;

    /// <summary>$1 sync, $2 now, $3 provider, $4 ids. Published events stay published.</summary>
    public const string MarkVanished =
        """
        WITH vanished AS (
            UPDATE events e SET missing_since = $2 WHERE e.id = ANY ($4) AND e.missing_since IS NULL
            RETURNING e.id, e.base_plan_id, e.plan_id, e.observed)
        INSERT INTO event_changes (event_id, provider, base_plan_id, plan_id, sync_id, at, kind, before)
        SELECT id, $3, base_plan_id, plan_id, $1, $2, 'vanished', observed FROM vanished
        """;

    /// <summary>By the time of its own, as late as possible: Last-Modified is told two seconds after it. A trigger brings <c>time_resolution</c> up to date with it.</summary>
    public const string BumpVersion =
        "UPDATE catalog SET version = version + 1, changed_at = clock_timestamp() WHERE EXISTS (SELECT FROM changes WHERE is_published_change)";

    /// <summary>$1 provider, $2 sync, then a column each. A record that is still bad is the same row; those seen for the first time are returned, the first few of them.</summary>
    public const string KeepRejects =
        """
        WITH kept AS (
            INSERT INTO rejected_records
                (provider, sync_id, fingerprint, position, base_plan_id, plan_id, reason, raw, times, first_seen_at, last_seen_at)
            SELECT $1, $2, r.*, 1, now(), now() FROM unnest($3, $4, $5, $6, $7, $8) r
            ON CONFLICT (provider, fingerprint) DO UPDATE SET
                sync_id = excluded.sync_id, position = excluded.position, times = rejected_records.times + 1, last_seen_at = excluded.last_seen_at
            RETURNING position, base_plan_id, plan_id, reason, times)
        SELECT position, base_plan_id, plan_id, reason FROM kept WHERE times = 1 ORDER BY position LIMIT 3
        """;
}
