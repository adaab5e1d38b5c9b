using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Fever.Ingestor.Database;

/// <summary>
/// The catalog database: its tables as they are queried with LINQ, its migrations and its health check. What the
/// Ingestor writes it writes in bulk, with COPY and set-based SQL.
/// </summary>
public sealed class CatalogDbContext(DbContextOptions<CatalogDbContext> options) : DbContext(options)
{
    internal DbSet<ProviderRow> Providers => Set<ProviderRow>();

    internal DbSet<SyncRow> Syncs => Set<SyncRow>();

    internal DbSet<RejectRow> Rejects => Set<RejectRow>();

    /// <summary>The database's clock, in a query: those of the machines may differ.</summary>
    [DbFunction("now", IsBuiltIn = true)]
    public static DateTime Now() => throw new NotSupportedException();

    /// <summary>
    /// Migrations are written by hand, so there is no model snapshot that the model could differ from. Looking for the
    /// history table of a new database fails by design, and whatever else fails is thrown, and logged by us in one line.
    /// </summary>
    public static void Configure(DbContextOptionsBuilder options) => options
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
        .ConfigureWarnings(warnings => warnings
        .Ignore(RelationalEventId.PendingModelChangesWarning)
        .Log(
            (CoreEventId.QueryIterationFailed, LogLevel.Debug),
            (RelationalEventId.ConnectionError, LogLevel.Debug),
            (RelationalEventId.CommandError, LogLevel.Debug),
            (RelationalEventId.CommandExecuted, LogLevel.Debug)));

    /// <summary>The database's own words, which EF Core wraps when it thinks the failure may pass; null for any other failure.</summary>
    public static NpgsqlException? FaultOf(Exception exception) =>
        exception as NpgsqlException ?? exception.InnerException as NpgsqlException;

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProviderRow>().ToTable("providers").HasKey(row => row.Name);
        modelBuilder.Entity<SyncRow>().ToTable("syncs");
        modelBuilder.Entity<RejectRow>().ToTable("rejected_records");
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}
