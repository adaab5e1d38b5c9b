using Npgsql;

namespace Fever.SearchApi.Catalog;

/// <summary>Connections that can read the view of published events and the catalog version, and nothing else: the Ingestor owns the database.</summary>
internal static class ReadOnlyConnection
{
    public const string Name = "feverdb";

    /// <summary>Restricts whatever user the connection string names, and how long a server that hangs can take. All replicas share the number of connections that PostgreSQL allows.</summary>
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
