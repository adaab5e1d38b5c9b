using System.Collections.Concurrent;

namespace Fever.Gateway.Caching;

/// <summary>The answers stored within one <see cref="MicroCacheOptions.Duration"/>; dropped as a whole. Read by many, added to by one at a time.</summary>
internal sealed class Generation(long since)
{
    private readonly ConcurrentDictionary<AnswerKey, CachedAnswer> _answers = new();
    private long _size;

    public long Since { get; } = since;

    public CachedAnswer? Find(AnswerKey key) => _answers.GetValueOrDefault(key);

    public void Add(AnswerKey key, CachedAnswer answer, long limit)
    {
        var former = Find(key);
        var size = _size + (former is null ? key.Size + answer.Size : answer.Size - former.Size);
        if (size <= limit)
        {
            _answers[key] = answer;
            _size = size;
        }
    }
}
