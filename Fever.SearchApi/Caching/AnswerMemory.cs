using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Fever.SearchApi.Search;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Caching;

/// <summary>
/// A replica's own memory of answers, bounded in bytes. Each question has one: a newer answer takes the place of the
/// older, and one that is not current any more is kept for the time when there is no newer. When it is full those go
/// that came first and were not asked for since (second chance), so a hit costs a look-up and at most one write.
/// </summary>
internal sealed class AnswerMemory(CurrentCatalog catalog, IOptions<CachingOptions> options)
{
    private readonly ConcurrentDictionary<Question, Place> _places = new();
    private readonly ConcurrentQueue<(Question Question, Place Place)> _order = new();
    private long _size;

    public bool TryGet(Question question, [NotNullWhen(true)] out Answer? answer)
    {
        answer = _places.TryGetValue(question, out var place) ? place.Answer : null;
        if (answer is null)
        {
            return false;
        }

        // Only when it is news: the line is shared by all cores.
        if (!place!.IsAsked)
        {
            place.IsAsked = true;
        }

        return true;
    }

    public void Keep(Answer answer)
    {
        if (answer.Size > options.Value.LocalSize)
        {
            Forget(answer);
            return;
        }

        Place place;
        do
        {
            place = _places.GetOrAdd(answer.Question, static _ => new Place());
        }
        while (!TryPut(answer, place));

        MakeRoom();
    }

    public void Forget(Answer answer)
    {
        if (_places.TryGetValue(answer.Question, out var place) && place.Answer == answer)
        {
            Clear(answer.Question, place);
        }
    }

    /// <returns>False when the place has been cleared meanwhile and another one is needed.</returns>
    private bool TryPut(Answer answer, Place place)
    {
        lock (place)
        {
            // An answer that took long must not push out the news.
            if (place.Answer is { } present && present.Version == catalog.Version && answer.Version != present.Version)
            {
                return true;
            }

            if (place.IsCleared)
            {
                return false;
            }

            if (place.Answer is null)
            {
                _order.Enqueue((answer.Question, place));
            }

            var size = answer.Size;
            Interlocked.Add(ref _size, size - place.Size);
            (place.Answer, place.Size) = (answer, size);
            return true;
        }
    }

    private void MakeRoom()
    {
        while (Volatile.Read(ref _size) > options.Value.LocalSize && _order.TryDequeue(out var oldest))
        {
            if (oldest.Place.IsAsked)
            {
                oldest.Place.IsAsked = false;
                _order.Enqueue(oldest);
                continue;
            }

            Clear(oldest.Question, oldest.Place);
        }
    }

    /// <summary>Its turn in the order comes too, and finds nothing.</summary>
    private void Clear(Question question, Place place)
    {
        lock (place)
        {
            place.IsCleared = true;
            _places.TryRemove(new(question, place));
            Interlocked.Add(ref _size, -place.Size);
            (place.Answer, place.Size) = (null, 0);
        }
    }

    private sealed class Place
    {
        private volatile Answer? _answer;
        private volatile bool _isAsked;

        public Answer? Answer
        {
            get => _answer;
            set => _answer = value;
        }

        /// <summary>Whether it was asked for since its turn to go was last passed over.</summary>
        public bool IsAsked
        {
            get => _isAsked;
            set => _isAsked = value;
        }

        public bool IsCleared { get; set; }

        /// <summary>What it was counted with: an answer that is still being made grows.</summary>
        public long Size { get; set; }
    }
}
