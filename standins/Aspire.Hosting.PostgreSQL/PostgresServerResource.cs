using Npgsql;

namespace Aspire.Hosting.ApplicationModel;

public class PostgresServerResource : Resource, IProcessResource, IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport, IResourceWithConnectionString, IConnectionParts
{
    private const string UserName = "postgres";

    private readonly HashSet<string> _created = [];
    private PostgresCluster? _cluster;

    internal PostgresServerResource(string name, int? port)
        : base(name)
    {
        Annotations.Add(new EndpointAnnotation { Name = "tcp", UriScheme = "tcp", Port = port });
        Annotations.Add(new HealthProbeAnnotation($"{name}_check", CreateDatabasesAsync));
    }

    internal List<string> DatabaseNames { get; } = [];

    /// <summary>Whether the data lie under DATA_DIR, in a folder of the server's name; else they go with the application.</summary>
    internal bool IsDurable { get; set; }

    internal string ConnectionString => $"Host=localhost;Port={Port};Username={UserName};Password={Password}";

    private string Password => _cluster?.Password ?? "";
    private int Port => new EndpointReference(this, "tcp").Port;

    IEnumerable<(string Name, string Value)> IConnectionParts.Parts =>
    [
        ("HOST", "localhost"),
        ("PORT", $"{Port}"),
        ("USERNAME", UserName),
        ("PASSWORD", Password),
        ("URI", $"postgresql://{UserName}:{Password}@localhost:{Port}"),
    ];

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => new(ConnectionString);

    async Task IProcessResource.PrepareAsync(AppRunner app) => _cluster = await PostgresCluster.OpenAsync(Name, IsDurable, app);

    Task<ProcessSpec> IProcessResource.DescribeAsync(AppRunner app) => _cluster!.DescribeAsync(Port, app.Launcher);

    /// <summary>The server is ready when its databases are there.</summary>
    private async Task<HealthCheckResult> CreateDatabasesAsync(AppRunner app, CancellationToken cancellationToken)
    {
        // Not pooled: a pooled connection would not tell that the server has gone.
        await using var connection = new NpgsqlConnection($"{ConnectionString};Database=postgres;Pooling=false;Timeout=2");
        await connection.OpenAsync(cancellationToken);
        foreach (var database in DatabaseNames.Except(_created).ToList())
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {new NpgsqlCommandBuilder().QuoteIdentifier(database)}", connection);
            try
            {
                await create.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DuplicateDatabase)
            {
                // Kept from an earlier run.
            }

            _created.Add(database);
        }

        return HealthCheckResult.Healthy();
    }
}

public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
    : Resource(name), IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString, IConnectionParts
{
    public PostgresServerResource Parent { get; } = postgresParentResource;
    public string DatabaseName { get; } = databaseName;

    IEnumerable<(string Name, string Value)> IConnectionParts.Parts => ((IConnectionParts)Parent).Parts
        .Select(part => part.Name == "URI" ? (part.Name, $"{part.Value}/{Uri.EscapeDataString(DatabaseName)}") : part)
        .Append(("DATABASENAME", DatabaseName));

    ValueTask<string?> IResourceWithConnectionString.GetConnectionStringAsync(CancellationToken cancellationToken) => new($"{Parent.ConnectionString};Database={DatabaseName}");
}
