using Aspire.Hosting.Running;
using Npgsql;

namespace Aspire.Hosting.ApplicationModel;

public class PostgresServerResource : ContainerResource, IProcessResource, IResourceWithConnectionString, IConnectionParts, IDisposable
{
    private readonly ParameterResource? _userName;
    private readonly ParameterResource? _password;
    private readonly HashSet<string> _created = [];
    private PostgresInstallation? _installation;
    private PostgresDataFolder? _data;

    internal PostgresServerResource(string name, ParameterResource? userName, ParameterResource? password)
        : base(name)
    {
        _userName = userName;
        _password = password;
        Annotations.Add(Endpoint);
        Annotations.Add(new HealthProbeAnnotation(async (_, cancellationToken) =>
        {
            await CreateDatabasesAsync(cancellationToken);
            return true;
        }));
    }

    internal EndpointAnnotation Endpoint { get; } = new() { Name = "tcp", UriScheme = "tcp" };

    internal List<PostgresDatabaseResource> Databases { get; } = [];

    /// <summary>The folder under DATA_DIR; null: the data go with the application.</summary>
    internal string? Volume { get; set; }

    IEnumerable<(string Name, string Value)> IConnectionParts.Parts =>
    [
        ("HOST", PrimaryEndpoint.Host),
        ("PORT", $"{PrimaryEndpoint.Port}"),
        ("USERNAME", UserName),
        ("PASSWORD", Password),
        ("URI", $"postgresql://{Uri.EscapeDataString(UserName)}:{Uri.EscapeDataString(Password)}@{PrimaryEndpoint.Host}:{PrimaryEndpoint.Port}"),
    ];

    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    private string UserName { get; set; } = "postgres";

    private string Password { get; set; } = "";

    internal string ConnectionString => $"Host={PrimaryEndpoint.Host};Port={PrimaryEndpoint.Port};Username={UserName};Password={Password}";

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => new(ConnectionString);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _data?.Dispose();
    }

    async Task IProcessResource.PrepareAsync(AppRun run, CancellationToken cancellationToken)
    {
        _data = PostgresDataFolder.Open(this, run);
        _installation = await PostgresInstallation.FindAsync(run.Launcher, _data, Name, cancellationToken);
        UserName = await Value(_userName) ?? UserName;
        Password = await Value(_password) ?? _data.Password;

        async Task<string?> Value(ParameterResource? parameter) => parameter is null ? null : await parameter.GetValueAsync(cancellationToken);
    }

    async Task<ProcessSpec> IProcessResource.DescribeAsync(AppRun run, CancellationToken cancellationToken)
    {
        await _installation!.InitializeAsync(run.Launcher, _data!, UserName, Password, Name, cancellationToken);
        return _installation.Server(_data!, PrimaryEndpoint.Port);
    }

    private async Task CreateDatabasesAsync(CancellationToken cancellationToken)
    {
        // Unpooled: a pool would outlive a restart of the server.
        await using var connection = new NpgsqlConnection($"{ConnectionString};Database=postgres;Pooling=false;Timeout=2");
        await connection.OpenAsync(cancellationToken);
        foreach (var name in Databases.Select(database => database.DatabaseName).Except(_created).ToList())
        {
            await using var find = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = name } } };
            if (await find.ExecuteScalarAsync(cancellationToken) is null)
            {
                await using var create = new NpgsqlCommand($"CREATE DATABASE {new NpgsqlCommandBuilder().QuoteIdentifier(name)}", connection);
                await create.ExecuteNonQueryAsync(cancellationToken);
            }

            _created.Add(name);
        }
    }
}

/// <summary>Ready when its server is: databases are created before the server counts as healthy.</summary>
public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
    : Resource(name), IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString, IConnectionParts
{
    public string DatabaseName { get; } = databaseName;

    public PostgresServerResource Parent { get; } = postgresParentResource;

    IEnumerable<(string Name, string Value)> IConnectionParts.Parts => ((IConnectionParts)Parent).Parts
        .Select(part => part.Name == "URI" ? (part.Name, $"{part.Value}/{Uri.EscapeDataString(DatabaseName)}") : part)
        .Append(("DATABASENAME", DatabaseName));

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => new($"{Parent.ConnectionString};Database={DatabaseName}");
}
