using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Caching;

/// <summary>
/// A replica's own memory in front of the store that all replicas share: bounded, and never wrong, because a key names
/// the version of what it holds. What is asked often is answered whatever state Redis and the database are in.
/// </summary>
internal sealed class LocalOutputCacheStore(IOutputCacheStore shared, IOptions<CachingOptions> options) : IOutputCacheStore, IDisposable
{
    private readonly MemoryCache _entries = new(new MemoryCacheOptions { SizeLimit = options.Value.LocalSize });

    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
    {
        if (_entries.TryGetValue(key, out byte[]? value))
        {
            return value;
        }

        value = await shared.GetAsync(key, cancellationToken);
        if (value is not null)
        {
            Keep(key, value, options.Value.EntryLifetime);
        }

        return value;
    }

    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        Keep(key, value, validFor);
        return shared.SetAsync(key, value, tags, validFor, cancellationToken);
    }

    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) => shared.EvictByTagAsync(tag, cancellationToken);

    public void Dispose() => _entries.Dispose();

    private void Keep(string key, byte[] value, TimeSpan validFor) =>
        _entries.Set(key, value, new MemoryCacheEntryOptions { Size = value.Length, AbsoluteExpirationRelativeToNow = validFor });
}
