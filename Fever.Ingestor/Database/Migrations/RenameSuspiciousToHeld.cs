using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database.Migrations;

/// <summary>A sync whose feed was not plausible, so that nothing of it was applied, has the outcome <c>held</c>.</summary>
[DbContext(typeof(CatalogDbContext))]
[Migration("20261121000001_RenameSuspiciousToHeld")]
public sealed class RenameSuspiciousToHeld : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE syncs DROP CONSTRAINT syncs_outcome_check;
        UPDATE syncs SET outcome = 'held' WHERE outcome = 'suspicious';
        UPDATE providers SET last_outcome = 'held' WHERE last_outcome = 'suspicious';
        ALTER TABLE syncs ADD CONSTRAINT syncs_outcome_check
            CHECK (outcome IN ('complete', 'unchanged', 'partial', 'empty', 'held', 'failed'));
        """);
}
