using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Fever.SearchApi.Catalog;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.OutputCaching;

/// <summary>
/// A replica's own responses, bounded in bytes. A query has one entry: a newer response replaces the older one, and a
/// stale one stays until then, for the time when the database cannot be read. A hit costs a look-up and at most one write.
/// </summary>
/// <remarks>
/// Eviction is S3-FIFO without its ghost queue (Yang et al., SOSP 2023, https://s3fifo.com): new entries are on probation
/// in an eighth of the memory; those that were used by the time they reach the end of that queue are protected, the others
/// go. A protected entry that was used since its last turn gets another one. So a flood of queries that nobody repeats
/// neither evicts what is hot nor lives long enough to burden the garbage collector.
/// </remarks>
internal sealed class MemoryTier(CurrentCatalog catalog, IOptions<OutputCachingOptions> options)
{
    private const int ProbationShare = 8;

    private readonly ConcurrentDictionary<SearchQuery, Entry> _entries = new();
    private readonly EntryQueue _probation = new();
    private readonly EntryQueue _protected = new();

    private long ProbationSize => options.Value.MemorySize / ProbationShare;

    public bool TryGet(SearchQuery query, [NotNullWhen(true)] out CachedResponse? response)
    {
        response = _entries.TryGetValue(query, out var entry) ? entry.Response : null;
        if (response is null)
        {
            return false;
        }

        // Written only when it changes: all cores share the cache line.
        if (!entry!.IsUsed)
        {
            entry.IsUsed = true;
        }

        return true;
    }

    public void Set(CachedResponse response)
    {
        var limit = options.Value.MemorySize;
        if (response.Size > limit)
        {
            return;
        }

        while (!TrySet(response, _entries.GetOrAdd(response.Query, static _ => new Entry())))
        {
        }

        Evict(_probation, ProbationSize);
        Evict(_protected, limit - ProbationSize);
    }

    /// <returns>False when the entry was evicted meanwhile and another one is needed.</returns>
    private bool TrySet(CachedResponse response, Entry entry)
    {
        lock (entry)
        {
            // A response that took long must not replace a fresh one.
            if (entry.Response is { } present && present.Version == catalog.Version && response.Version != present.Version)
            {
                return true;
            }

            if (entry.IsEvicted)
            {
                return false;
            }

            if (entry.Queue is null)
            {
                // One that is longer than the probation queue would evict everything in it, and itself.
                (response.Size > ProbationSize ? _protected : _probation).Add(response.Query, entry);
            }

            entry.Queue!.AddBytes(response.Size - entry.Size);
            (entry.Response, entry.Size) = (response, response.Size);
            return true;
        }
    }

    private void Evict(EntryQueue queue, long limit)
    {
        while (queue.Size > limit && queue.TryTake(out var oldest))
        {
            var (query, entry) = oldest;
            lock (entry)
            {
                queue.AddBytes(-entry.Size);
                if (entry.IsUsed)
                {
                    entry.IsUsed = false;
                    _protected.Add(query, entry);
                    _protected.AddBytes(entry.Size);
                }
                else
                {
                    entry.IsEvicted = true;
                    (entry.Response, entry.Size) = (null, 0);
                    _entries.TryRemove(new(query, entry));
                }
            }
        }
    }

    private sealed class EntryQueue
    {
        private readonly ConcurrentQueue<(SearchQuery Query, Entry Entry)> _order = new();
        private long _size;

        /// <summary>In bytes.</summary>
        public long Size => Volatile.Read(ref _size);

        public void Add(SearchQuery query, Entry entry)
        {
            entry.Queue = this;
            _order.Enqueue((query, entry));
        }

        public void AddBytes(long bytes) => Interlocked.Add(ref _size, bytes);

        public bool TryTake(out (SearchQuery Query, Entry Entry) oldest) => _order.TryDequeue(out oldest);
    }

    private sealed class Entry
    {
        public CachedResponse? Response { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

        /// <summary>Whether it was used since it entered its queue.</summary>
        public bool IsUsed { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

        public bool IsEvicted { get; set; }

        public EntryQueue? Queue { get; set; }

        /// <summary>The bytes it was counted with.</summary>
        public long Size { get; set; }
    }
}
