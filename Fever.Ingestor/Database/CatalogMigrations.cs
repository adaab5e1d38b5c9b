using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database;

/// <summary>Brings a catalogue database up to date.</summary>
public static class CatalogMigrations
{
    // Any number will do, as long as nothing else in the database locks it.
    private const long LockKey = 0x46_65_76_65_72_4D_69_67;

    public static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        var options = new DbContextOptionsBuilder<CatalogDbContext>().UseNpgsql(connectionString);
        CatalogDbContext.Configure(options);
        await using var db = new CatalogDbContext(options.Options);
        await db.ApplyMigrationsAsync(cancellationToken);
    }

    /// <summary>
    /// Safe when several start at once. EF Core locks its history table, but creating that very table races;
    /// an advisory lock exists before any table does. It belongs to the session, so a crash releases it.
    /// </summary>
    public static async Task ApplyMigrationsAsync(this CatalogDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({LockKey})", cancellationToken);
            // Asking a fresh database for its history would leave an error in PostgreSQL's log.
            await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({LockKey})", cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
