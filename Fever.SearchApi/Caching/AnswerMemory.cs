using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Fever.SearchApi.Search;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Caching;

/// <summary>
/// A replica's own memory of answers, bounded in bytes. Each question has one: a newer answer takes the place of the
/// older, and one that is not current any more is kept for the time when there is no newer. A hit costs a look-up and at
/// most one write.
/// </summary>
/// <remarks>
/// A newcomer stays for an eighth of the memory's length, unless it is asked for again: a flood of questions that nobody
/// repeats neither pushes out what is hot nor lives long enough to be a burden for the garbage collector. Of the others
/// those go that came first and were not asked for since (second chance).
/// </remarks>
internal sealed class AnswerMemory(CurrentCatalog catalog, IOptions<CachingOptions> options)
{
    private const int NewcomersShare = 8;

    private readonly ConcurrentDictionary<Question, Place> _places = new();
    private readonly Queue _newcomers = new();
    private readonly Queue _others = new();

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

            if (place.Queue is null)
            {
                // A large one took long to make, and takes no memory.
                (answer.Large is null ? _newcomers : _others).Add(answer.Question, place);
            }

            var size = answer.Size;
            place.Queue!.Resize(size - place.Size);
            (place.Answer, place.Size) = (answer, size);
            return true;
        }
    }

    private void MakeRoom()
    {
        var size = options.Value.LocalSize;
        MakeRoom(_newcomers, size / NewcomersShare);
        MakeRoom(_others, size - size / NewcomersShare);
    }

    private void MakeRoom(Queue queue, long limit)
    {
        while (queue.Size > limit && queue.TryTake(out var oldest))
        {
            if (!oldest.Place.IsAsked)
            {
                Clear(oldest.Question, oldest.Place);
                continue;
            }

            lock (oldest.Place)
            {
                oldest.Place.IsAsked = false;
                queue.Resize(-oldest.Place.Size);
                _others.Add(oldest.Question, oldest.Place);
                _others.Resize(oldest.Place.Size);
            }
        }
    }

    /// <summary>Its turn in the order comes too, and finds nothing.</summary>
    private void Clear(Question question, Place place)
    {
        lock (place)
        {
            place.IsCleared = true;
            _places.TryRemove(new(question, place));
            place.Queue!.Resize(-place.Size);
            (place.Answer, place.Size) = (null, 0);
        }
    }

    private sealed class Queue
    {
        private readonly ConcurrentQueue<(Question Question, Place Place)> _order = new();
        private long _size;

        public long Size => Volatile.Read(ref _size);

        public void Add(Question question, Place place)
        {
            place.Queue = this;
            _order.Enqueue((question, place));
        }

        public bool TryTake(out (Question Question, Place Place) oldest) => _order.TryDequeue(out oldest);

        public void Resize(long by) => Interlocked.Add(ref _size, by);
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

        public Queue? Queue { get; set; }

        /// <summary>What it was counted with: an answer that is still being made grows.</summary>
        public long Size { get; set; }
    }
}
