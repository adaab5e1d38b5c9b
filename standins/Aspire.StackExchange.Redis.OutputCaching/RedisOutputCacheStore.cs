using System.Diagnostics;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis;

/// <summary>One connection, opened on first use without blocking; the client reopens it by itself.</summary>
internal sealed class RedisConnection(Func<ConfigurationOptions> options) : IDisposable
{
    /// <summary>The name the real instrumentation has, so that what listens for it hears this one.</summary>
    public const string SourceName = "OpenTelemetry.Instrumentation.StackExchangeRedis";

    private static readonly ActivitySource Source = new(SourceName);

    // The client resolves names and dials synchronously before its first await.
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection =
        new(() => Task.Run(() => ConnectionMultiplexer.ConnectAsync(options())));

    public Task OpenAsync() => _connection.Value;

    /// <summary>Runs one command inside a client span (OpenTelemetry semantic conventions for Redis).</summary>
    public async Task<T> RunAsync<T>(string command, Func<IDatabase, Task<T>> run)
    {
        using var span = Source.StartActivity(command, ActivityKind.Client);
        span?.SetTag("db.system.name", "redis");
        span?.SetTag("db.operation.name", command);
        try
        {
            return await run((await _connection.Value).GetDatabase());
        }
        catch (Exception exception)
        {
            span?.SetTag("error.type", exception.GetType().FullName);
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
    }

    public void Dispose()
    {
        if (_connection is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            // False: what is still under way may be lost, but shutting down never waits for a server that hangs.
            _connection.Value.GetAwaiter().GetResult().Close(allowCommandsToComplete: false);
        }
    }
}

internal sealed class RedisActivation(RedisConnection connection) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => connection.OpenAsync().WaitAsync(stoppingToken);
}

/// <summary>An entry is a string that expires by itself. There are no tags.</summary>
internal sealed class RedisOutputCacheStore(RedisConnection redis) : IOutputCacheStore
{
    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) =>
        await redis.RunAsync("GET", database => database.StringGetAsync(EntryKey(key))).WaitAsync(cancellationToken);

    public async ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken) =>
        await (tags is null or [] ? redis.RunAsync("SET", database => database.StringSetAsync(EntryKey(key), value, validFor)) : throw NoTags()).WaitAsync(cancellationToken);

    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) => throw NoTags();

    private static NotSupportedException NoTags() => new("This stand-in of the output cache's store has no tags.");

    private static RedisKey EntryKey(string key) => "__MSOCV_" + key;
}
