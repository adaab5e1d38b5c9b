using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database.Migrations;

[DbContext(typeof(CatalogDbContext))]
[Migration("20261120000000_CreateCatalog")]
public sealed class CreateCatalog : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Events);
        migrationBuilder.Sql(Journal);
        migrationBuilder.Sql(Reading);
    }

    // title … max_price are the published values: the latest seen online or, until the event has been online, the
    // latest seen. sell_mode, observed and fingerprint are of the latest observation whatever its mode.
    private const string Events =
        """
        CREATE TABLE events (
            id              uuid PRIMARY KEY,
            provider        text NOT NULL,
            base_plan_id    text NOT NULL,
            plan_id         text NOT NULL,
            title           text NOT NULL,
            start_local     timestamp NOT NULL,
            end_local       timestamp,
            starts_at       timestamptz NOT NULL,
            ends_at         timestamptz NOT NULL,
            min_price       numeric,
            max_price       numeric,
            sell_mode       text NOT NULL CHECK (sell_mode IN ('online', 'offline')),
            observed        jsonb NOT NULL,
            fingerprint     bytea NOT NULL,
            first_seen_at   timestamptz NOT NULL,
            first_online_at timestamptz,
            changed_at      timestamptz NOT NULL,
            missing_since   timestamptz,
            UNIQUE (provider, base_plan_id, plan_id),
            CHECK (ends_at >= starts_at),
            CHECK (min_price <= max_price)
        );

        CREATE INDEX events_published ON events (starts_at, id) WHERE first_online_at IS NOT NULL;
        """;

    // before and after are observations as they came, so the values seen offline are kept here too.
    private const string Journal =
        """
        CREATE TABLE syncs (
            id              uuid PRIMARY KEY,
            provider        text NOT NULL,
            started_at      timestamptz NOT NULL,
            finished_at     timestamptz NOT NULL,
            outcome         text NOT NULL CHECK (outcome IN ('complete', 'partial', 'empty', 'failed')),
            error           text,
            bytes           bigint NOT NULL,
            read            integer NOT NULL,
            changed         integer NOT NULL,
            unchanged       integer NOT NULL,
            rejected        integer NOT NULL,
            duplicates      integer NOT NULL,
            vanished        integer NOT NULL,
            catalog_version bigint NOT NULL
        );

        CREATE INDEX syncs_latest ON syncs (provider, started_at DESC);

        CREATE TABLE event_changes (
            id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            event_id uuid NOT NULL REFERENCES events,
            sync_id  uuid NOT NULL REFERENCES syncs DEFERRABLE INITIALLY DEFERRED,
            at       timestamptz NOT NULL,
            kind     text NOT NULL CHECK (kind IN ('appeared', 'changed', 'vanished', 'returned')),
            before   jsonb,
            after    jsonb
        );

        CREATE INDEX event_changes_by_event ON event_changes (event_id, id);
        """;

    // Roles belong to the whole server, where another database's Ingestor may be creating the same one right now.
    private const string Reading =
        """
        CREATE TABLE catalog (
            only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
            version    bigint NOT NULL,
            changed_at timestamptz NOT NULL
        );

        INSERT INTO catalog (version, changed_at) VALUES (0, now());

        CREATE VIEW published_events AS
        SELECT id, title, starts_at, ends_at,
               start_local::date AS start_date, start_local::time AS start_time,
               end_local::date AS end_date, end_local::time AS end_time,
               trim_scale(min_price) AS min_price, trim_scale(max_price) AS max_price
        FROM events
        WHERE first_online_at IS NOT NULL;

        DO $$
        BEGIN
            CREATE ROLE fever_reader NOLOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;

        GRANT SELECT ON published_events, catalog TO fever_reader;
        """;
}
