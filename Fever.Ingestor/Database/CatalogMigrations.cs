using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Fever.Ingestor.Database;

/// <summary>Brings a catalog's database up to date. Safe when several start at once: one goes ahead, the others wait.</summary>
public static class CatalogMigrations
{
    private static readonly TimeSpan MaxDuration = TimeSpan.FromHours(24);

    public static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        var options = new DbContextOptionsBuilder<CatalogDbContext>().UseNpgsql(connectionString);
        CatalogDbContext.Configure(options);
        await using var db = new CatalogDbContext(options.Options);
        await db.ApplyMigrationsAsync(cancellationToken);
    }

    internal static async Task ApplyMigrationsAsync(this CatalogDbContext db, CancellationToken cancellationToken)
    {
        // A migration that rewrites millions of rows takes longer than any other command.
        db.Database.SetCommandTimeout(MaxDuration);
        // EF Core's own lock ends with each migration's transaction, and another process would begin between two of them.
        await db.Database.OpenConnectionAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(5072648393)", cancellationToken);
        try
        {
            // Asking a fresh database for its history would leave an error in PostgreSQL's log.
            await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
        }
        finally
        {
            // The connection goes back to its pool, and the lock with it unless it is given back.
            if (db.Database.GetDbConnection().State == System.Data.ConnectionState.Open)
            {
                await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_unlock(5072648393)", CancellationToken.None);
            }
        }
    }
}
