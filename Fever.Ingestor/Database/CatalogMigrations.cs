using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database;

/// <summary>Brings a catalogue database up to date. Safe when several start at once: one goes ahead, the others wait.</summary>
public static class CatalogMigrations
{
    public static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        var options = new DbContextOptionsBuilder<CatalogDbContext>().UseNpgsql(connectionString);
        CatalogDbContext.Configure(options);
        await using var db = new CatalogDbContext(options.Options);
        await db.ApplyMigrationsAsync(cancellationToken);
    }

    internal static async Task ApplyMigrationsAsync(this CatalogDbContext db, CancellationToken cancellationToken)
    {
        // EF Core's own lock ends with each migration's transaction, and another process would begin between two of them.
        await db.OpenAsync(cancellationToken);
        await db.ExecuteAsync("SELECT pg_advisory_lock(5072648393)", [], cancellationToken);

        // Asking a fresh database for its history would leave an error in PostgreSQL's log.
        await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        await db.ExecuteAsync("SELECT pg_advisory_unlock(5072648393)", [], cancellationToken);
    }
}
