using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class PostgresBuilderExtensions
{
    /// <summary>Adds a PostgreSQL server with a generated password, kept beside its data.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddResource(new PostgresServerResource(name));

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name)
    {
        builder.Resource.Databases.Add(name);
        return builder.ApplicationBuilder.AddResource(new PostgresDatabaseResource(name, builder.Resource));
    }

    /// <summary>Keeps the data under DATA_DIR; without this they go with the application.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(this IResourceBuilder<PostgresServerResource> builder, string? name = null)
    {
        builder.Resource.Volume = name ?? builder.Resource.Name;
        return builder;
    }
}
