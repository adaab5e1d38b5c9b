using Fever.Gateway.Versions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Fever.Gateway.Caching;

/// <summary>
/// Keeps the answers to hot requests for a fraction of a second. An answer is given again only while
/// <list type="number">
/// <item>its catalog version is the highest that anybody has seen, so that no client is taken back in time; and</item>
/// <item>it was asked for less than <see cref="MicroCacheOptions.Duration"/> ago, so that it is not kept from a newer one for longer.</item>
/// </list>
/// In the second half of that time one request is forwarded to refresh it, while the others are still answered: a hot
/// answer does not expire. A refresh that fails changes nothing; the answer ends when it would have ended anyway.
/// </summary>
internal sealed class MicroCache(CatalogFloor floor, TimeProvider time, IOptions<MicroCacheOptions> options)
{
    private readonly long _lifetime = (long)(options.Value.Duration.TotalSeconds * time.TimestampFrequency);
    private readonly Lock _adding = new();
    private volatile Generation _present = new(time.GetTimestamp());
    private volatile Generation? _former;

    /// <summary>The answer to give, or null when the request is to be forwarded.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="now">Timestamp of the request.</param>
    /// <param name="condition">Its If-None-Match.</param>
    public CachedAnswer? Find(AnswerKey key, long now, StringValues condition)
    {
        var answer = _present.Find(key) ?? _former?.Find(key);
        if (answer is null || answer.Version != floor.Version || now - answer.AskedAt >= _lifetime || !answer.Answers(condition))
        {
            return null;
        }

        var isDue = now - answer.AskedAt >= _lifetime / 2;
        return isDue && answer.TryClaim() ? null : answer;
    }

    public void Add(AnswerKey key, CachedAnswer answer)
    {
        if (answer.Version != floor.Version)
        {
            return;
        }

        lock (_adding)
        {
            var now = time.GetTimestamp();
            if (now - _present.Since >= _lifetime)
            {
                _former = _present;
                _present = new Generation(now);
            }

            _present.Add(key, answer.Over(_present.Find(key) ?? _former?.Find(key)), options.Value.Size);
        }
    }
}
