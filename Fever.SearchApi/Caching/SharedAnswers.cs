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
    SearchMetrics metrics) : BackgroundService
{
    // Version, moment of change, start and id of the next page's cursor (nought when there is none).
    private const int HeaderSize = 3 * sizeof(long) + 16;

    // In a flood of questions that nobody repeats Redis has nothing, and a look-up costs as much as the search itself.
    private const int MissesUntilRare = 64;
    private const int Rarely = 16;

    // What is not written is only missed later; under a flood of questions that nobody repeats that is most of it.
    private readonly Channel<(Answer Answer, Activity? Asked)> _unwritten =
        Channel.CreateBounded<(Answer, Activity?)>(new BoundedChannelOptions(256) { SingleReader = true });

    private int _missesInARow;

    /// <summary>Whether a look-up is likely enough to find something: always, until many in a row have not; then every now and then.</summary>
    public bool IsWorthAsking() =>
        Volatile.Read(ref _missesInARow) < MissesUntilRare || Interlocked.Increment(ref _missesInARow) % Rarely == 0;

    public async ValueTask<Answer?> FindAsync(Question question)
    {
        var entry = await store.GetAsync(KeyOf(question), CancellationToken.None);
        if (entry is null)
        {
            Interlocked.Increment(ref _missesInARow);
            return null;
        }

        Volatile.Write(ref _missesInARow, 0);
        return Read(question, entry);
    }

    /// <summary>Returns at once; the answer is written when its turn comes, or not at all.</summary>
    public void Keep(Answer answer)
    {
        if (!_unwritten.Writer.TryWrite((answer, Activity.Current)))
        {
            metrics.StoreFailure("set");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (answer, asked) in _unwritten.Reader.ReadAllAsync(stoppingToken))
        {
            Activity.Current = asked;
            await store.SetAsync(KeyOf(answer.Question), Write(answer), tags: null, options.Value.SharedLifetime, stoppingToken);
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
