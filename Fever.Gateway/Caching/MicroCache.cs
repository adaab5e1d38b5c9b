using Fever.Gateway.Versions;
using Microsoft.Extensions.Options;

namespace Fever.Gateway.Caching;

/// <summary>
/// Stores the responses to hot requests for a fraction of a second. A stored response is fresh only while
/// <list type="number">
/// <item>its catalog version is the minimum version, so that no client is taken back in time; and</item>
/// <item>it was requested less than <see cref="MicroCacheOptions.Duration"/> ago, so that it hides a newer one for no longer.</item>
/// </list>
/// In the second half of that time one request is forwarded to refresh it, while the others still get it: a hot
/// response does not expire. A refresh that fails changes nothing: the response expires when it would have expired anyway.
/// When it is no longer fresh, one request is forwarded to replace it, while the others wait.
/// </summary>
internal sealed class MicroCache(MinimumVersion minimum, TimeProvider time, IOptions<MicroCacheOptions> options)
{
    private readonly long _lifetime = (long)(options.Value.Duration.TotalSeconds * time.TimestampFrequency);
    private readonly Lock _adding = new();
    private volatile Generation _current = new(time.GetTimestamp());
    private volatile Generation? _previous;

    /// <summary>The stored response, fresh or not.</summary>
    public StoredResponse? Find(CacheKey key) => _current.Find(key) ?? _previous?.Find(key);

    public bool TryGetCanonicalKey(HttpContext context, out CacheKey key)
    {
        key = default;
        return minimum.TimeResolution is { } resolution && CacheKey.TryGetCanonical(context, resolution, out key);
    }

    /// <summary>Whether the response may be sent for a request with this timestamp.</summary>
    public bool IsFresh(StoredResponse response, long now) =>
        response.Version == minimum.Value && now - response.RequestedAt < _lifetime;

    public bool IsRefreshDue(StoredResponse response, long now) => now - response.RequestedAt >= _lifetime / 2;

    public void Add(CacheKey key, StoredResponse response)
    {
        if (response.Version != minimum.Value)
        {
            return;
        }

        lock (_adding)
        {
            var now = time.GetTimestamp();
            if (now - _current.Since >= _lifetime)
            {
                _previous = _current;
                _current = new Generation(now);
            }

            _current.Add(key, response.Merge(Find(key)), options.Value.Size);
        }
    }
}
