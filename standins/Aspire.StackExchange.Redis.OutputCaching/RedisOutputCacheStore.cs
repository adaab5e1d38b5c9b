using Microsoft.AspNetCore.OutputCaching;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis;

/// <summary>An entry is a string that expires by itself; a tag is a set of the keys that carry it.</summary>
internal sealed class RedisOutputCacheStore(RedisConnection redis) : IOutputCacheStore
{
    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) =>
        await redis.RunAsync("GET", database => database.StringGetAsync(EntryKey(key))).WaitAsync(cancellationToken);

    public async ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        // Tags first: an entry that no tag knows of could not be evicted.
        foreach (var tag in tags ?? [])
        {
            await redis.RunAsync("SADD", database => database.SetAddAsync(TagKey(tag), key)).WaitAsync(cancellationToken);
        }

        await redis.RunAsync("SET", database => database.StringSetAsync(EntryKey(key), value, validFor)).WaitAsync(cancellationToken);
    }

    public async ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken)
    {
        var keys = await redis.RunAsync("SMEMBERS", database => database.SetMembersAsync(TagKey(tag))).WaitAsync(cancellationToken);
        RedisKey[] evicted = [TagKey(tag), .. keys.Select(key => EntryKey(key.ToString()))];
        await redis.RunAsync("DEL", database => database.KeyDeleteAsync(evicted)).WaitAsync(cancellationToken);
    }

    private static RedisKey EntryKey(string key) => "__MSOCV_" + key;

    private static RedisKey TagKey(string tag) => "__MSOCT_" + tag;
}
