using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database.Migrations;

/// <summary>The journal alone can rebuild <c>events</c>: it says whose each change is and everything that was observed.</summary>
[DbContext(typeof(CatalogDbContext))]
[Migration("20261120000002_CompleteJournal")]
public sealed class CompleteJournal : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Columns);
        migrationBuilder.Sql(Observations);
        migrationBuilder.Sql("ALTER TABLE event_changes ALTER provider SET NOT NULL, ALTER base_plan_id SET NOT NULL, ALTER plan_id SET NOT NULL");
    }

    // No reference to events any more: the journal must be able to outlive them.
    private const string Columns =
        """
        ALTER TABLE event_changes
            DROP CONSTRAINT event_changes_event_id_fkey,
            DROP CONSTRAINT event_changes_sync_id_fkey,
            ADD COLUMN provider text, ADD COLUMN base_plan_id text, ADD COLUMN plan_id text, ADD COLUMN fingerprint bytea;

        UPDATE event_changes c SET provider = e.provider, base_plan_id = e.base_plan_id, plan_id = e.plan_id
        FROM events e WHERE e.id = c.event_id;
        """;

    // Of older changes only those are completed that the present state rests on: the last one seen and the last one published.
    private const string Observations =
        """
        UPDATE event_changes c SET fingerprint = e.fingerprint
        FROM events e
        WHERE c.id = (SELECT max(id) FROM event_changes WHERE event_id = e.id AND after IS NOT NULL);

        UPDATE event_changes c SET after = c.after || jsonb_build_object('starts_at', e.starts_at, 'ends_at', e.ends_at)
        FROM events e
        WHERE c.id = (SELECT max(id) FROM event_changes
                      WHERE event_id = e.id AND after IS NOT NULL AND (e.first_online_at IS NULL OR after->>'sell_mode' = 'online'));

        UPDATE events e SET observed = c.after
        FROM event_changes c
        WHERE c.id = (SELECT max(id) FROM event_changes WHERE event_id = e.id AND after IS NOT NULL);
        """;
}
