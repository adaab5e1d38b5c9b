using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database.Migrations;

/// <summary>The bad records of one provider are listed, and counted for their bound, without reading those of the others.</summary>
[DbContext(typeof(CatalogDbContext))]
[Migration("20261121000002_IndexRejectsByProvider")]
public sealed class IndexRejectsByProvider : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("CREATE INDEX rejected_records_of_provider ON rejected_records (provider, last_seen_at DESC, id DESC)");
}
