using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Fever.SearchApi.Reading;

/// <summary>How SearchApi may use the database, which belongs to the Ingestor: to read one view and one number.</summary>
internal static class ReadOnlyDatabase
{
    public const string ConnectionName = "feverdb";

    /// <summary>Adds a context with a pool of its own. PostgreSQL allows a number of connections that all replicas share.</summary>
    public static void AddReadOnlyContext<TContext>(this IHostApplicationBuilder builder, int maxConnections)
        where TContext : DbContext =>
        builder.AddNpgsqlDbContext<TContext>(
            ConnectionName,
            settings =>
            {
                settings.ConnectionString = ReadOnly(settings.ConnectionString, maxConnections, typeof(TContext).Name).ConnectionString;
                // A reader that fails fast is answered 503 and tries again; thirty seconds of retries would pile callers up.
                settings.DisableRetry = true;
                // Without a database a replica still answers from the cache; it must stay in rotation.
                settings.DisableHealthChecks = true;
            },
            options => options
                .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
                // Who asked logs these, in one line; EF Core would add a stack trace to each.
                .ConfigureWarnings(warnings => warnings.Ignore(
                    CoreEventId.QueryIterationFailed, RelationalEventId.ConnectionError, RelationalEventId.CommandError)));

    /// <summary>Whatever user the connection string names, its sessions can read the published view and the catalog version and nothing else.</summary>
    public static NpgsqlConnectionStringBuilder ReadOnly(string? connectionString, int maxConnections, string applicationName)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = maxConnections, ApplicationName = applicationName };
        builder.Options = $"{builder.Options} -c role=fever_reader -c default_transaction_read_only=on";
        return builder;
    }

    public static void UseColumnNames(this IMutableTypeBase type)
    {
        foreach (var property in type.GetDeclaredProperties())
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}
