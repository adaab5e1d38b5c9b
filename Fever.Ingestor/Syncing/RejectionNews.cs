using System.Collections.Concurrent;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Syncing;

/// <summary>Remembers which rejections were logged for each provider, so that a record that stays bad is not news at every poll.</summary>
internal sealed class RejectionNews
{
    private readonly ConcurrentDictionary<(string Provider, int Ordinal), Rejection> _last = new();

    /// <summary>Whether the last poll's rejection of this ordinal was another one; the line it stands on may move.</summary>
    public bool IsNews(string provider, int ordinal, Rejection rejection)
    {
        var now = rejection with { Line = 0 };
        var isNews = !_last.TryGetValue((provider, ordinal), out var last) || last != now;
        _last[(provider, ordinal)] = now;
        return isNews;
    }
}
