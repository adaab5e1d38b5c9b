using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database.Migrations;

/// <summary>
/// <c>catalog.time_resolution</c> says how finely the published events are timed, as a <c>smallint</c> in seconds: 60
/// when every <c>starts_at</c> and <c>ends_at</c> is a whole minute (UTC), 1 when every one is a whole second, 0 when
/// at least one has a fraction of a second. A search may round its bounds to that without selecting other events.
/// </summary>
[DbContext(typeof(CatalogDbContext))]
[Migration("20261121000000_AddTimeResolution")]
public sealed class AddTimeResolution : Migration
{
    // The index comes first: a publish locks events before catalog, and the opposite order here could deadlock with it.
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Events);
        migrationBuilder.Sql(Catalog);
    }

    // Feeds write "for ever" as an end in the last seconds of 9999. SearchApi does not round bounds from 9999-12-30 on, so
    // such an end need not be a whole minute.
    // The index holds only events that are not on whole minutes, so its first entry is the answer, and it is nearly always empty.
    private const string Events =
        """
        CREATE FUNCTION is_multiple_of(unit interval, instant timestamptz) RETURNS boolean
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN instant >= '9999-12-30 00:00:00+00' OR date_bin(unit, instant, 'epoch') = instant;

        CREATE FUNCTION time_resolution(starts_at timestamptz, ends_at timestamptz) RETURNS smallint
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE
            WHEN is_multiple_of('1 minute', starts_at) AND is_multiple_of('1 minute', ends_at) THEN 60
            WHEN is_multiple_of('1 second', starts_at) AND is_multiple_of('1 second', ends_at) THEN 1
            ELSE 0
        END;

        CREATE INDEX events_time_resolution ON events (time_resolution(starts_at, ends_at))
            WHERE first_online_at IS NOT NULL AND time_resolution(starts_at, ends_at) < 60;
        """;

    // A trigger, so that whatever raises the version keeps the resolution right, an Ingestor of the previous release too.
    private const string Catalog =
        """
        ALTER TABLE catalog ADD COLUMN time_resolution smallint NOT NULL DEFAULT 0;

        CREATE FUNCTION set_time_resolution() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.time_resolution = coalesce(
                (SELECT min(time_resolution(starts_at, ends_at)) FROM published_events WHERE time_resolution(starts_at, ends_at) < 60), 60);
            RETURN NEW;
        END $$;

        CREATE TRIGGER set_time_resolution BEFORE UPDATE ON catalog FOR EACH ROW EXECUTE FUNCTION set_time_resolution();

        UPDATE catalog SET version = version;
        """;
}
