-- Shows how PostgreSQL executes a search. With the host, port and password that standins/connection.sh prints:
--   psql -q -h 127.0.0.1 -p PORT -U postgres -v events=5000000 -f bench/plans.sql feverdb
-- Everything happens in one transaction that is rolled back. Statements are those of Fever.SearchApi/Reading/EventQuery.cs,
-- under the setting that its sessions have.
\set ON_ERROR_STOP on
\pset tuples_only on
\pset footer off
SET plan_cache_mode = force_generic_plan;
BEGIN;
INSERT INTO events (id, provider, base_plan_id, plan_id, title, start_local, end_local, starts_at, ends_at, min_price, max_price,
                    sell_mode, observed, fingerprint, first_seen_at, first_online_at, changed_at)
SELECT gen_random_uuid(), 'plans', n::text, '1', 'Event ' || n, s, s + d, s AT TIME ZONE 'UTC', (s + d) AT TIME ZONE 'UTC', 15, 30,
       'online', '{}', '', now(), now(), now()
FROM (SELECT n, timestamp '2026-01-01' + (n % 105120) * interval '5 minutes' AS s, (n % 9) * interval '15 minutes' AS d
      FROM generate_series(1, :events) n) made;
ANALYZE events;

PREPARE search (timestamptz, timestamptz, int) AS
SELECT id, title, start_date, start_time, end_date, end_time, min_price, max_price, starts_at, ends_at FROM published_events
WHERE starts_at >= $1 AND starts_at <= $2 AND ends_at <= $2 ORDER BY starts_at, id LIMIT $3;
PREPARE rest (timestamptz, timestamptz, int, timestamptz, uuid) AS
SELECT id, title, start_date, start_time, end_date, end_time, min_price, max_price, starts_at, ends_at FROM published_events
WHERE starts_at >= $1 AND starts_at <= $2 AND ends_at <= $2 AND (starts_at, id) > ($4, $5) ORDER BY starts_at, id LIMIT $3;
PREPARE whole (timestamptz, timestamptz) AS
SELECT id, title, start_date, start_time, end_date, end_time, min_price, max_price, starts_at, ends_at FROM published_events
WHERE starts_at >= $1 AND starts_at <= $2 AND ends_at <= $2 ORDER BY starts_at, id;
PREPARE one (uuid) AS SELECT id, title FROM published_events WHERE id = $1;

\echo :events events, narrow: two hours
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) EXECUTE search ('2026-07-01 10:00Z', '2026-07-01 12:00Z', 1001);
\echo :events events, wide: a month, which ends at 1,001 rows
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) EXECUTE search ('2026-07-01', '2026-08-01', 1001);
\echo :events events, from now on: no end
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) EXECUTE search ('2026-07-01', 'infinity', 1001);
\echo :events events, a page of 100 of them
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) EXECUTE rest ('2026-09-01', 'infinity', 101, '2026-09-01', '80000000-0000-4000-8000-000000000000');
\echo :events events, a large answer: one day, all of it
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) EXECUTE whole ('2026-07-01', '2026-07-02');
\echo :events events, one by its id
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) EXECUTE one ('80000000-0000-4000-8000-000000000000');
ROLLBACK;
