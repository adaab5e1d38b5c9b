namespace Aspire.Hosting;

public static class RedisBuilderExtensions
{
    /// <summary>Adds a server of the Redis protocol with a generated password.</summary>
    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        Unsupported.ThrowIf(password is not null);
        return builder.AddResource(new RedisResource(name, port));
    }
}
