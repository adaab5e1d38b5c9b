using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Fever.SearchApi.Catalog;

/// <summary>Connections that can read the view of published events and the catalog version, and nothing else: the Ingestor owns the database.</summary>
internal static class ReadOnlyConnection
{
    public const string Name = "feverdb";

    /// <summary>Adds a context with a pool of its own. All replicas share the number of connections that PostgreSQL allows.</summary>
    public static void AddReadOnlyContext<TContext>(this IHostApplicationBuilder builder, int maxConnections)
        where TContext : DbContext =>
        builder.AddNpgsqlDbContext<TContext>(
            Name,
            settings =>
            {
                settings.ConnectionString = Restrict(settings.ConnectionString, maxConnections, typeof(TContext).Name, timeoutSeconds: 2).ConnectionString;
                // The poller tries again half a second later anyway.
                settings.DisableRetry = true;
                // Without a database a replica still answers from the cache; it must stay in rotation.
                settings.DisableHealthChecks = true;
            },
            options => options
                .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
                // The poller logs these in one line; EF Core would add a stack trace to each.
                .ConfigureWarnings(warnings => warnings.Ignore(
                    CoreEventId.QueryIterationFailed, RelationalEventId.ConnectionError, RelationalEventId.CommandError)));

    /// <summary>Restricts whatever user the connection string names, and how long a server that hangs can take.</summary>
    public static NpgsqlConnectionStringBuilder Restrict(string? connectionString, int maxConnections, string applicationName, int timeoutSeconds)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = maxConnections,
            ApplicationName = applicationName,
            Timeout = timeoutSeconds,
            CommandTimeout = timeoutSeconds,
            // A cancellation takes a connection of its own, which a server that hangs does not accept either.
            CancellationTimeout = 500,
        };
        builder.Options = $"{builder.Options} -c role=fever_reader -c default_transaction_read_only=on";
        return builder;
    }
}
