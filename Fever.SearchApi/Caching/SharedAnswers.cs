using System.Buffers.Binary;
using System.Diagnostics;
using System.Threading.Channels;
using Fever.SearchApi.Reading;
using Fever.SearchApi.Search;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Caching;

/// <summary>
/// The answers that all replicas share, in Redis. A question has one entry, which begins with the version it is of: the
/// same look-up finds the present answer or, when the database is away, the last one.
/// </summary>
internal sealed class SharedAnswers(
    IOutputCacheStore store,
    EventSource source,
    IOptions<CachingOptions> options,
    SearchMetrics metrics,
    TimeProvider time) : BackgroundService
{
    // Version, moment of change, start and id of the next page's cursor (nought when there is none).
    private const int HeaderSize = 3 * sizeof(long) + 16;

    // A look-up costs a good part of what the search itself costs. What it finds earns credit for more of them, what it
    // does not find uses it up; without credit only every sixteenth question is looked up.
    private const int MaxCredit = 64;
    private const int EarnedByHit = 3;
    private const int Rarely = 16;

    // What is not written is only missed later. A flood of questions that nobody repeats must not become a flood of writes.
    private static readonly TimeSpan PauseAfterWrite = TimeSpan.FromMilliseconds(4);

    private readonly Channel<(Answer Answer, ActivityContext Asked)> _unwritten =
        Channel.CreateBounded<(Answer, ActivityContext)>(new BoundedChannelOptions(256) { SingleReader = true });

    // Written without a lock: a race costs or saves a look-up.
    private int _credit = MaxCredit;
    private int _questions;

    /// <summary>Whether a look-up is likely enough to find something: not in a flood of questions that nobody repeats.</summary>
    public bool IsWorthAsking() => Volatile.Read(ref _credit) > 0 || Interlocked.Increment(ref _questions) % Rarely == 0;

    public async ValueTask<Answer?> FindAsync(Question question)
    {
        var entry = await store.GetAsync(KeyOf(question), CancellationToken.None);
        var credit = Volatile.Read(ref _credit) + (entry is null ? -1 : EarnedByHit);
        Volatile.Write(ref _credit, Math.Clamp(credit, 0, MaxCredit));
        return entry is null ? null : Read(question, entry);
    }

    /// <summary>Returns at once; the answer is written when its turn comes, or not at all.</summary>
    public void Keep(Answer answer)
    {
        if (!_unwritten.Writer.TryWrite((answer, Activity.Current?.Context ?? default)))
        {
            metrics.StoreFailure("set");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (answer, asked) in _unwritten.Reader.ReadAllAsync(stoppingToken))
        {
            using (SearchTelemetry.Start("share answer", asked))
            {
                await store.SetAsync(KeyOf(answer.Question), Write(answer), tags: null, options.Value.SharedLifetime, stoppingToken);
            }

            await Task.Delay(PauseAfterWrite, time, stoppingToken);
        }
    }

    /// <summary>Says whose answer it is: Redis may serve several databases.</summary>
    private string KeyOf(Question question) => $"{source.Database}:{question.Key}";

    private static byte[] Write(Answer answer)
    {
        var body = answer.Plain.Body;
        var entry = new byte[HeaderSize + body.Length];
        BinaryPrimitives.WriteInt64LittleEndian(entry, answer.Version.Version);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(8), answer.Version.ChangedAt.Ticks);
        if (answer.Next is { } next)
        {
            BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(16), next.StartsAt.Ticks);
            next.Id.TryWriteBytes(entry.AsSpan(24));
        }

        body.CopyTo(entry, HeaderSize);
        return entry;
    }

    private static Answer? Read(Question question, byte[] entry)
    {
        if (entry.Length < HeaderSize)
        {
            return null;
        }

        var version = new CatalogVersion(
            BinaryPrimitives.ReadInt64LittleEndian(entry), new DateTime(BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(8)), DateTimeKind.Utc));
        var next = BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(16));
        return new Answer(
            question,
            version,
            entry[HeaderSize..],
            next == 0 ? null : new Cursor(new DateTime(next, DateTimeKind.Utc), new Guid(entry.AsSpan(24, 16))));
    }
}
