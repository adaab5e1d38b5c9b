using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Fever.SearchApi.Search;

internal static class SearchServices
{
    public const string ConnectionName = "feverdb";

    public static void AddSearch(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SearchOptions>().BindConfiguration("Search").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SearchAnswers>();
        builder.AddReadOnlyContext<SearchDbContext>(maxConnections: 20);
        // Of its own: when searches queue for their connections, a new version must still be noticed in time.
        builder.AddReadOnlyContext<CatalogDbContext>(maxConnections: 1);
    }

    private static void AddReadOnlyContext<TContext>(this IHostApplicationBuilder builder, int maxConnections)
        where TContext : DbContext =>
        builder.AddNpgsqlDbContext<TContext>(
            ConnectionName,
            settings =>
            {
                settings.ConnectionString = ReadOnly<TContext>(settings.ConnectionString, maxConnections);
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

    /// <summary>
    /// Whatever user the connection string names, its sessions can read the published view and the catalog version and
    /// nothing else. Few connections each: PostgreSQL allows a number that all replicas share.
    /// </summary>
    private static string ReadOnly<TContext>(string? connectionString, int maxConnections)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = maxConnections, ApplicationName = typeof(TContext).Name };
        builder.Options = $"{builder.Options} -c role=fever_reader -c default_transaction_read_only=on";
        return builder.ConnectionString;
    }
}
