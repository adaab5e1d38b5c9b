using System.Collections.Concurrent;

namespace Fever.Gateway.Caching;

/// <summary>The responses stored within one <see cref="MicroCacheOptions.Duration"/>; dropped together. Many threads may read, one at a time may add.</summary>
internal sealed class Generation(long since)
{
    private readonly ConcurrentDictionary<CacheKey, StoredResponse> _responses = new();
    private long _size;

    public long Since { get; } = since;

    public StoredResponse? Find(CacheKey key) => _responses.GetValueOrDefault(key);

    public void Add(CacheKey key, StoredResponse response, long limit)
    {
        var existing = Find(key);
        var size = _size + (existing is null ? key.Size + response.Size : response.Size - existing.Size);
        if (size <= limit)
        {
            _responses[key] = response;
            _size = size;
        }
    }
}
