using Fever.Gateway.Versions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Fever.Gateway.Caching;

/// <summary>
/// Stores the responses to hot requests for a fraction of a second. A stored response is sent only while
/// <list type="number">
/// <item>its catalog version is the minimum version, so that no client is taken back in time; and</item>
/// <item>it was requested less than <see cref="MicroCacheOptions.Duration"/> ago, so that it hides a newer one for no longer.</item>
/// </list>
/// In the second half of that time one request is forwarded to refresh it, while the others still get it: a hot
/// response does not expire. A refresh that fails changes nothing: the response expires when it would have expired anyway.
/// </summary>
internal sealed class MicroCache(MinimumVersion minimum, TimeProvider time, IOptions<MicroCacheOptions> options)
{
    private readonly long _lifetime = (long)(options.Value.Duration.TotalSeconds * time.TimestampFrequency);
    private readonly Lock _adding = new();
    private volatile Generation _current = new(time.GetTimestamp());
    private volatile Generation? _previous;

    /// <summary>The response to send, or null when the request must be forwarded.</summary>
    /// <param name="key">Of the request.</param>
    /// <param name="now">Timestamp of the request.</param>
    /// <param name="condition">Its If-None-Match.</param>
    public StoredResponse? Find(CacheKey key, long now, StringValues condition)
    {
        var response = _current.Find(key) ?? _previous?.Find(key);
        if (response is null || response.Version != minimum.Value || now - response.RequestedAt >= _lifetime || !response.CanServe(condition))
        {
            return null;
        }

        var isDue = now - response.RequestedAt >= _lifetime / 2;
        return isDue && response.TryBeginRefresh() ? null : response;
    }

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

            _current.Add(key, response.Merge(_current.Find(key) ?? _previous?.Find(key)), options.Value.Size);
        }
    }
}
