using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database.Migrations;

/// <summary>Gives <c>events</c> an archive: a partition that searches and syncs see like the rest (docs/adr/0014).</summary>
[DbContext(typeof(CatalogDbContext))]
[Migration("20261120000003_PartitionEvents")]
public sealed class PartitionEvents : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Partitions);
        migrationBuilder.Sql(View);
    }

    // An id is a function of its identity, so the primary key keeps both unique.
    private const string Partitions =
        """
        ALTER TABLE events RENAME TO events_current;
        ALTER TABLE events_current
            DROP CONSTRAINT events_pkey,
            DROP CONSTRAINT events_provider_base_plan_id_plan_id_key,
            ADD COLUMN is_archived boolean NOT NULL DEFAULT false;
        DROP INDEX events_published;

        CREATE TABLE events (LIKE events_current INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY LIST (is_archived);
        ALTER TABLE events ATTACH PARTITION events_current FOR VALUES IN (false);
        CREATE TABLE events_archived PARTITION OF events FOR VALUES IN (true);

        ALTER TABLE events ADD PRIMARY KEY (id, is_archived);
        CREATE INDEX events_published ON events (starts_at, id) WHERE first_online_at IS NOT NULL;
        CREATE INDEX events_present ON events (provider) WHERE missing_since IS NULL;
        """;

    private const string View =
        """
        CREATE OR REPLACE VIEW published_events AS
        SELECT id, title, starts_at, ends_at,
               start_local::date AS start_date, start_local::time AS start_time,
               end_local::date AS end_date, end_local::time AS end_time,
               trim_scale(min_price) AS min_price, trim_scale(max_price) AS max_price
        FROM events
        WHERE first_online_at IS NOT NULL;
        """;
}
