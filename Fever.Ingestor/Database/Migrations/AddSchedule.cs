using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database.Migrations;

[DbContext(typeof(CatalogDbContext))]
[Migration("20261120000001_AddSchedule")]
public sealed class AddSchedule : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Providers);
        migrationBuilder.Sql(Syncs);
        migrationBuilder.Sql(Quarantine);
    }

    // All times are the database's own, so that Ingestors whose clocks differ agree. fence counts claims: a writer
    // whose number is not the newest has lost its lease. etag … records describe the last complete feed.
    private const string Providers =
        """
        CREATE TABLE providers (
            name            text PRIMARY KEY,
            due_at          timestamptz NOT NULL DEFAULT now(),
            requested_at    timestamptz,
            fence           bigint NOT NULL DEFAULT 0,
            lease_owner     text,
            lease_until     timestamptz,
            failures        integer NOT NULL DEFAULT 0,
            last_started_at timestamptz,
            last_success_at timestamptz,
            last_outcome    text,
            last_reason     text,
            last_error      text,
            source          text,
            etag            text,
            last_modified   timestamptz,
            body_hash       bytea,
            records         integer NOT NULL DEFAULT 0,
            read_at         timestamptz
        );
        """;

    private const string Syncs =
        """
        ALTER TABLE syncs DROP CONSTRAINT syncs_outcome_check;
        ALTER TABLE syncs ADD CONSTRAINT syncs_outcome_check
            CHECK (outcome IN ('complete', 'unchanged', 'partial', 'empty', 'suspicious', 'failed'));
        ALTER TABLE syncs ADD COLUMN reason text, ADD COLUMN wire_bytes bigint NOT NULL DEFAULT 0, ADD COLUMN fence bigint;

        CREATE INDEX syncs_newest ON syncs (started_at DESC, id DESC);

        INSERT INTO providers (name, last_success_at, records)
        SELECT DISTINCT ON (provider) provider, started_at, read FROM syncs WHERE outcome = 'complete' ORDER BY provider, started_at DESC;
        """;

    private const string Quarantine =
        """
        CREATE TABLE rejected_records (
            id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            provider      text NOT NULL,
            fingerprint   bytea NOT NULL,
            sync_id       uuid NOT NULL,
            position      integer NOT NULL,
            base_plan_id  text,
            plan_id       text,
            reason        text NOT NULL,
            raw           text NOT NULL,
            times         bigint NOT NULL,
            first_seen_at timestamptz NOT NULL,
            last_seen_at  timestamptz NOT NULL,
            UNIQUE (provider, fingerprint)
        );

        CREATE INDEX rejected_records_latest ON rejected_records (last_seen_at DESC, id DESC);
        """;
}
