namespace Aspire.Hosting;

public static class PostgresBuilderExtensions
{
    /// <summary>Adds a PostgreSQL server with a generated password, kept beside its data.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null, IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        Unsupported.ThrowIf(userName is not null);
        Unsupported.ThrowIf(password is not null);
        return builder.AddResource(new PostgresServerResource(name, port));
    }

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        builder.Resource.DatabaseNames.Add(databaseName ?? name);
        return builder.ApplicationBuilder.AddResource(new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource));
    }

    /// <summary>Keeps the data in a folder of the server's name under DATA_DIR; without this they go with the application. The volume's name is a container's.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        Unsupported.ThrowIf(isReadOnly);
        builder.Resource.IsDurable = true;
        return builder;
    }
}
