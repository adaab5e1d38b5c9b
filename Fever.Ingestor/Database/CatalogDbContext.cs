using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Fever.Ingestor.Database;

/// <summary>
/// The door to the catalogue database: its connection, its migrations and its health check. It maps no entities,
/// because the Ingestor writes in bulk (COPY and set-based SQL) and reads nothing back row by row.
/// </summary>
public sealed class CatalogDbContext(DbContextOptions<CatalogDbContext> options) : DbContext(options)
{
    /// <summary>
    /// Migrations are written by hand, so there is no model snapshot that the model could differ from. Looking for the
    /// history table of a new database fails by design, and whatever else fails is thrown, and logged by us in one line.
    /// </summary>
    public static void Configure(DbContextOptionsBuilder options) => options.ConfigureWarnings(warnings => warnings
        .Ignore(RelationalEventId.PendingModelChangesWarning)
        .Log(
            (CoreEventId.QueryIterationFailed, LogLevel.Debug),
            (RelationalEventId.ConnectionError, LogLevel.Debug),
            (RelationalEventId.CommandError, LogLevel.Debug),
            (RelationalEventId.CommandExecuted, LogLevel.Debug)));

    /// <summary>The database's own words, which EF Core wraps when it thinks the failure may pass; null for any other failure.</summary>
    public static NpgsqlException? FaultOf(Exception exception) =>
        exception as NpgsqlException ?? exception.InnerException as NpgsqlException;
}
